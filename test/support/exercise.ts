import { ask } from './graphql.js';
import { CLEAR, DELIVERY, DRILL, END_DRILL, START_DRILL, UPDATE, VERIFY } from './operations.js';
import { report, type Person, type ReportChange } from './staff.js';
import { until } from './until.js';

/** A drill, and the one person who plays every part in it. */
export class Exercise {
  private constructor(
    private readonly url: string,
    readonly person: Person,
    readonly id: string,
  ) {}

  static async start(url: string, person: Person, schoolId: string, minutes = 60) {
    const input = { schoolId, minutes };
    const { startDrill } = await ask(url, START_DRILL, { input }, person.token);
    return new Exercise(url, person, startDrill.id);
  }

  /** Files a report of the drill; answers the id of its incident. */
  report = (change: ReportChange = {}) => report(this.url, this.person, { ...change, drill: true });

  /** Files a report and verifies it; answers the incident and its alert. */
  async alert(change: ReportChange = {}) {
    const incidentId = await this.report(change);
    return { incidentId, alertId: await this.verify(incidentId) };
  }

  verify = (incidentId: string) => this.decide(VERIFY, { incidentId });
  update = (incidentId: string) => this.decide(UPDATE, { incidentId, change: 'EXTENDED' });
  clear = (incidentId: string) => this.decide(CLEAR, { incidentId });

  async end() {
    const input = { drillId: this.id };
    return (await ask(this.url, END_DRILL, { input }, this.person.token)).endDrill;
  }

  /** How it stands, with its report. */
  async result() {
    return (await ask(this.url, DRILL, { id: this.id }, this.person.token)).drill;
  }

  /** Waits until nothing of the message's fan-out is pending. */
  async complete(alertId: string) {
    const delivery = async () =>
      (await ask(this.url, DELIVERY, { alertId }, this.person.token)).delivery;
    await until(async () => (await delivery())?.complete, 'the fan-out');
    return delivery();
  }

  /** @returns the id of the message */
  private async decide(operation: string, input: object): Promise<string> {
    const answer = await ask(this.url, operation, { input }, this.person.token);
    const [incident] = Object.values(answer) as { alerts: { id: string }[] }[];
    return incident!.alerts.at(-1)!.id;
  }
}
