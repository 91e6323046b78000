import { Database } from '../src/platform/database.js';
import { Desk } from './support/desk.js';
import { ask, codeOf, send } from './support/graphql.js';
import { FILE_REPORT, UPDATE_STAFF } from './support/operations.js';
import { hire, reportInput, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { Classroom, codeIn, dayIn, monthsAfter } from './support/trainings.js';

/** Trainings, who attended, and until when that certifies them. */
describe('trainings', () => {
  let service: TestService;
  let room: Classroom;
  let desk: Desk;
  let admin: Person;
  let host: Person;
  let stranger: Person;
  let trainer: Person;

  beforeAll(async () => {
    service = await startService({ environment: { WEBINAR_MONTHS: '6' } });
    room = new Classroom(service);
    desk = new Desk(service);
    admin = service.admin;
    host = await hire(service.url, admin, 'DISPATCHER', 'One');
    stranger = await hire(service.url, admin, 'DISPATCHER', 'Two');
    trainer = await hire(service.url, admin, 'ANALYST', 'Two');
  });
  afterAll(() => service.close());

  const responder = (until: string) => hire(service.url, admin, 'RESPONDER', 'Two', until);
  const inAYear = monthsAfter(dayIn(0), 12);

  it('say who trains, when, how long, for how many, and whose they are', async () => {
    const trained = await room.schedule(host, { trainerOrganization: null, trainerId: trainer.id });
    expect(trained.data!.scheduleTraining).toMatchObject({
      ...{ title: 'First steps', kind: 'SESSION', minutes: 90, trainerId: trainer.id },
      ...{ trainer: expect.stringContaining('ANALYST'), organization: 'One', capacity: null },
      ...{ validMonths: 12, attendees: 0, cancelledAt: null },
    });
    const webinar = await room.schedule(host, { kind: 'WEBINAR', capacity: 30 });
    expect(webinar.data!.scheduleTraining).toMatchObject({
      ...{ trainer: 'Legal aid', trainerId: null, capacity: 30, validMonths: 6 },
    });
    const page = '{ trainings(first: 1) { edges { node { id } } pageInfo { hasNextPage } } }';
    const { trainings } = await ask(service.url, page, {}, trainer.token);
    expect(trainings).toMatchObject({ pageInfo: { hasNextPage: true } });
  });

  it('certify whoever attended, and reports are taken again', async () => {
    const lapsed = await responder(dayIn(-1));
    const file = () => codeOf(service.url, FILE_REPORT, { input: reportInput() }, lapsed.token);
    expect(await file()).toBe('TRAINING_EXPIRED');
    const id = await room.held(host);
    const { data } = await room.record(host, id, lapsed);
    expect(data!.recordAttendance.attendees).toBe(1);
    expect(await room.certification(lapsed)).toMatchObject({ until: inAYear, warning: 'NONE' });
    expect(await file()).toBeUndefined();
    expect(await room.attendance(host, id)).toEqual([
      {
        ...{ staff: { id: lapsed.id }, certifiesUntil: inAYear, recordedBy: host.id },
        ...{ voidedAt: null, voidedBy: null, voidReason: null },
      },
    ]);
  });

  it('never shorten a certification, and give no date to whom it does not lapse', async () => {
    const [long, endless] = [await responder('2035-01-01'), stranger];
    const id = await room.held(host);
    await room.record(host, id, long, endless);
    expect(await room.until(long)).toBe('2035-01-01');
    expect(await room.until(endless)).toBeNull();
  });

  it('recorded twice, or by ten at once, are recorded once', async () => {
    const person = await responder(dayIn(3));
    const id = await room.held(host);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => room.record(host, id, person)),
    );
    expect(answers.map(codeIn)).toEqual(Array(10).fill('OK'));
    expect(await room.attendance(host, id)).toHaveLength(1);
    const entries = await desk.entries(id);
    expect(entries.map(({ kind }) => kind)).toEqual(['training.scheduled', 'training.attended']);
  });

  it('of many people recorded from both ends at once certify each of them', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => responder(dayIn(3))));
    const [one, other] = [await room.held(host), await room.held(host, { kind: 'WEBINAR' })];
    const answers = await Promise.all([
      room.record(host, one, ...people),
      room.record(host, other, ...people.toReversed()),
    ]);
    expect(answers.map(codeIn)).toEqual(['OK', 'OK']);
    for (const person of people) expect(await room.until(person)).toBe(inAYear);
  });

  it('count where what came before was given by a process whose clock is ahead', async () => {
    const person = await responder(dayIn(3));
    await service.database.query(
      `UPDATE staff SET granted_at = now() + interval '1 minute', granted_until = certified_until
       WHERE id = $1`,
      [person.id],
    );
    await room.record(host, await room.held(host), person);
    expect(await room.until(person)).toBe(inAYear);
  });

  it('are recorded by admins, their organization’s dispatchers and their trainer, not of oneself', async () => {
    const person = await responder(dayIn(3));
    const id = await room.held(host, { trainerOrganization: null, trainerId: trainer.id });
    for (const [who, code] of [
      [person, 'FORBIDDEN'],
      [stranger, 'FORBIDDEN'],
      [trainer, 'OK'],
      [host, 'OK'],
      [admin, 'OK'],
    ] as const) {
      const other = await responder(dayIn(3));
      expect(codeIn(await room.record(who, id, other))).toBe(code);
      expect(await codeOf(service.url, LIST, { id }, who.token)).toBe(
        code === 'OK' ? undefined : code,
      );
    }
    expect(codeIn(await room.record(trainer, id, trainer))).toBe('FORBIDDEN');
    expect(codeIn(await room.record(host, id, person, host))).toBe('FORBIDDEN');
    expect(await room.until(person)).toBe(dayIn(3));
  });
  const LIST = 'query ($id: ID!) { trainingAttendance(trainingId: $id) { recordedAt } }';

  it('record nobody where one is nobody, where too many came, before they begin, or cancelled', async () => {
    const [one, two] = [await responder(dayIn(3)), await responder(dayIn(3))];
    const id = await room.held(host, { capacity: 1 });
    const nobody = { id: '00000000-0000-4000-8000-000000000000', token: '' };
    const unknown = await room.record(host, await room.held(host), one, nobody);
    expect(unknown.errors![0]!.extensions.fields![0]!.field).toBe('staffIds.1');
    expect(codeIn(await room.record(host, id, one, two))).toBe('CONFLICT');
    const startsAt = new Date(Date.now() + 3_600_000).toISOString();
    expect(codeIn(await room.record(host, await room.held(host, { startsAt }), one))).toBe(
      'CONFLICT',
    );
    const off = await room.held(host);
    expect(codeIn(await room.cancel(host, off))).toBe('OK');
    expect(codeIn(await room.record(host, off, one))).toBe('CONFLICT');
    expect(codeIn(await room.record(host, nobody.id, one))).toBe('NOT_FOUND');
    expect(await room.until(one)).toBe(dayIn(3));
  });

  it('that are corrected take the certification back to what it would be without them', async () => {
    const person = await responder(dayIn(3));
    const webinar = await room.held(host, { kind: 'WEBINAR' });
    const session = await room.held(host);
    await room.record(host, webinar, person);
    await room.record(host, session, person);
    expect(await room.until(person)).toBe(inAYear);
    expect(codeIn(await room.correct(host, session, person))).toBe('FORBIDDEN');
    expect(codeIn(await room.correct(admin, session, person, 'WRONG_PERSON'))).toBe('OK');
    expect(await room.until(person)).toBe(monthsAfter(dayIn(0), 6));
    expect(codeIn(await room.correct(admin, webinar, person))).toBe('OK');
    expect(await room.until(person)).toBe(dayIn(3));
    expect(codeIn(await room.correct(admin, webinar, person))).toBe('NOT_FOUND');
    expect(await room.attendance(host, session)).toMatchObject([
      { voidedBy: admin.id, voidReason: 'WRONG_PERSON', voidedAt: expect.any(String) },
    ]);
    const entries = await desk.entries(session);
    expect(entries.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['training.scheduled', host.id],
      ['training.attended', host.id],
      ['training.attendance-corrected', admin.id],
    ]);
    expect(entries[2]!.facts).toEqual({
      ...{ staffId: person.id, reason: 'WRONG_PERSON' },
      ...{ before: inAYear, after: monthsAfter(dayIn(0), 6) },
    });
    expect(codeIn(await room.record(host, session, person))).toBe('OK');
    expect(await room.until(person)).toBe(inAYear);
  });

  it('before an admin said until when no longer count', async () => {
    const person = await responder(dayIn(3));
    const [first, second] = [await room.held(host), await room.held(host, { kind: 'WEBINAR' })];
    await room.record(host, first, person);
    const input = { staffId: person.id, certifiedUntil: dayIn(10) };
    await ask(service.url, UPDATE_STAFF, { input }, admin.token);
    await room.record(host, second, person);
    expect(await room.until(person)).toBe(monthsAfter(dayIn(0), 6));
    await room.correct(admin, first, person);
    expect(await room.until(person)).toBe(monthsAfter(dayIn(0), 6));
    await room.correct(admin, second, person);
    expect(await room.until(person)).toBe(dayIn(10));
  });

  it('are changed by those whose they are, and not under those who attended', async () => {
    const id = await room.held(host);
    expect(codeIn(await room.amend(stranger, id, { title: 'x' }))).toBe('FORBIDDEN');
    const { data } = await room.amend(host, id, { title: 'Next steps', trainerId: trainer.id });
    expect(data!.amendTraining).toMatchObject({ title: 'Next steps', trainerId: trainer.id });
    await room.record(host, id, await responder(dayIn(3)), await responder(dayIn(3)));
    const startsAt = new Date().toISOString();
    expect(codeIn(await room.amend(host, id, { startsAt }))).toBe('CONFLICT');
    expect(codeIn(await room.amend(host, id, { capacity: 1 }))).toBe('CONFLICT');
    expect(codeIn(await room.amend(host, id, { capacity: 2, minutes: 60 }))).toBe('OK');
    expect(codeIn(await room.cancel(host, id))).toBe('CONFLICT');
    expect(codeIn(await room.amend(host, id, {}))).toBe('BAD_USER_INPUT');
  });

  it.each<[string, object, string]>([
    ['no trainer', { trainerOrganization: null }, 'trainerId'],
    ['an unknown one', { trainerOrganization: null, trainerId: NOBODY() }, 'trainerId'],
    ['no title', { title: ' ' }, 'title'],
    ['no time', { minutes: 0 }, 'minutes'],
    ['no room', { capacity: 0 }, 'capacity'],
  ])('are refused with %s', async (_, change, field) => {
    const { errors } = await room.schedule(host, change);
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
  });

  it('keep their words out of the ledger, and what was recorded as it was', async () => {
    const id = await room.held(host, { title: 'CANARY-TITLE', trainerOrganization: 'CANARY-ORG' });
    expect(JSON.stringify(await desk.entries(id))).not.toContain('CANARY');
    const database = service.service.app.get(Database);
    for (const statement of [
      'UPDATE training_attendance SET certifies_until = NULL',
      'DELETE FROM training_attendance',
      'DELETE FROM training',
    ])
      await expect(database.transaction((tx) => tx.query(statement))).rejects.toThrow(
        /permission denied/,
      );
  });

  it('are none of the public’s business', async () => {
    const { errors } = await send(service.url, '{ trainings { edges { node { trainer } } } }');
    expect(errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
  });
});

function NOBODY() {
  return '00000000-0000-4000-8000-000000000000';
}
