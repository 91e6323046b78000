import { ask, send, type GraphqlAnswer } from './graphql.js';
import type { Person } from './staff.js';
import type { TestService } from './test-service.js';

const FIELDS = `id title kind startsAt minutes trainer trainerId organization capacity validMonths
  attendees cancelledAt`;
const SCHEDULE = `mutation ($input: ScheduleTrainingInput!) { scheduleTraining(input: $input) { ${FIELDS} } }`;
const AMEND = `mutation ($input: AmendTrainingInput!) { amendTraining(input: $input) { ${FIELDS} } }`;
const CANCEL = `mutation ($input: CancelTrainingInput!) { cancelTraining(input: $input) { ${FIELDS} } }`;
const RECORD = `mutation ($input: RecordAttendanceInput!) { recordAttendance(input: $input) { ${FIELDS} } }`;
const CORRECT = `mutation ($input: CorrectAttendanceInput!) { correctAttendance(input: $input) { ${FIELDS} } }`;
const ATTENDANCE = `query ($id: ID!) {
  trainingAttendance(trainingId: $id) {
    staff { id } certifiesUntil recordedBy voidedAt voidedBy voidReason
  }
}`;
const CERTIFICATION = '{ viewer { certifiedUntil certification { until lapsesInDays warning } } }';

/** A day so many days from today, by UTC. */
export const dayIn = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** An hour ago, or at midnight if that was yesterday: by UTC, as certifications are counted. */
const earlierToday = () =>
  new Date(Math.max(Date.now() - 3_600_000, Date.parse(dayIn(0)))).toISOString();

/** The same day of the month, so many months after that day; as calendars have it. */
export const monthsAfter = (day: string, months: number) => {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last)))
    .toISOString()
    .slice(0, 10);
};

/** What staff do with trainings. */
export class Classroom {
  constructor(private readonly service: TestService) {}

  private act(operation: string, person: Person, input: object): Promise<GraphqlAnswer> {
    return send(this.service.url, operation, { input }, person.token);
  }

  schedule(person: Person, change: object = {}): Promise<GraphqlAnswer> {
    const startsAt = earlierToday();
    const training = { title: 'First steps', kind: 'SESSION', startsAt, minutes: 90 };
    return this.act(SCHEDULE, person, { ...training, trainerOrganization: 'Legal aid', ...change });
  }

  /** One that took place; answers its id. */
  async held(person: Person, change: object = {}): Promise<string> {
    const { data, errors } = await this.schedule(person, change);
    if (errors) throw new Error(JSON.stringify(errors));
    return data!.scheduleTraining.id;
  }

  amend = (person: Person, trainingId: string, change: object) =>
    this.act(AMEND, person, { trainingId, ...change });
  cancel = (person: Person, trainingId: string) => this.act(CANCEL, person, { trainingId });
  record = (person: Person, trainingId: string, ...people: Person[]) =>
    this.act(RECORD, person, { trainingId, staffIds: people.map(({ id }) => id) });
  correct = (person: Person, trainingId: string, { id }: Person, reason = 'DID_NOT_ATTEND') =>
    this.act(CORRECT, person, { trainingId, staffId: id, reason });

  async attendance(person: Person, id: string): Promise<Record<string, any>[]> {
    return (await ask(this.service.url, ATTENDANCE, { id }, person.token)).trainingAttendance;
  }

  async certification({ token }: Person): Promise<Record<string, any>> {
    return (await ask(this.service.url, CERTIFICATION, {}, token)).viewer.certification;
  }
  until = async (person: Person) => (await this.certification(person)).until as string | null;
}

export const codeIn = ({ errors }: GraphqlAnswer) => errors?.[0]?.extensions.code ?? 'OK';
