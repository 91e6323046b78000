import { randomUUID } from 'node:crypto';
import { ask, send } from './support/graphql.js';
import { DISMISS, FILE_REPORT, VERIFY } from './support/operations.js';
import { PLACES, hire, report, reportInput, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const REPORT = `query ($id: ID!) { report(id: $id) {
  id narrative activity vantage equipment campus authority schoolPolice observedAt
  size { agents vehicles } unit { agency identifiedBy } location { latitude longitude }
  incident { id state reportCount viewerIsAuthor dismissal reports { id } }
} }`;

describe('reports', () => {
  let service: TestService;
  let author: Person;
  let colleague: Person;
  let dispatcher: Person;

  beforeAll(async () => {
    service = await startService();
    author = await hire(service.url, service.admin, 'RESPONDER', 'One');
    colleague = await hire(service.url, service.admin, 'RESPONDER', 'One');
    dispatcher = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
  });
  afterAll(() => service.close());

  const file = (input: object, person = author) =>
    send(service.url, FILE_REPORT, { input }, person.token);
  const code = async (input: object, person = author) =>
    (await file(input, person)).errors?.[0]?.extensions;
  const place = (north: number) => ({ location: { latitude: 28.3 + north, longitude: -81.35 } });
  const count = async (table: string) =>
    (await service.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

  it('keep everything that was filed', async () => {
    const input = reportInput({
      narrative: '  Two people in plain clothes.  ',
      equipment: ['UNMARKED_VEHICLE', 'LONG_GUN'],
      campus: 'AT_ENTRANCE',
      authority: 'ADMINISTRATIVE_WARRANT',
      schoolPolice: 'PRESENT',
    });
    await file(input);
    const { report: kept } = await ask(service.url, REPORT, { id: input.id }, author.token);
    expect(kept).toMatchObject({
      id: input.id,
      narrative: 'Two people in plain clothes.',
      equipment: ['UNMARKED_VEHICLE', 'LONG_GUN'],
      campus: 'AT_ENTRANCE',
      authority: 'ADMINISTRATIVE_WARRANT',
      schoolPolice: 'PRESENT',
      size: { agents: 3, vehicles: 2 },
      unit: { agency: 'ICE', identifiedBy: ['UNIFORM_TEXT'] },
      location: PLACES.kissimmee,
      incident: { state: 'UNVERIFIED', reportCount: 1, viewerIsAuthor: true },
    });
  });

  it('are the same report when filed again, a hundred times at once', async () => {
    const input = reportInput(place(0));
    const before = await count('ledger_entry');
    const answers = await Promise.all(Array.from({ length: 100 }, () => file(input)));
    expect(answers.filter(({ errors }) => errors)).toEqual([]);
    expect(new Set(answers.map(({ data }) => data!.fileReport.incidentId)).size).toBe(1);
    expect(await count('ledger_entry')).toBe(before + 1);
  });

  it('are a conflict under the same id with another body, or from another author', async () => {
    const input = reportInput(place(0));
    await file(input);
    const before = await count('report');
    expect(await code({ ...input, activity: 'ARREST' })).toMatchObject({ code: 'CONFLICT' });
    expect(await code({ ...input, narrative: 'more' })).toMatchObject({ code: 'CONFLICT' });
    expect(await code(input, colleague)).toMatchObject({ code: 'CONFLICT' });
    expect(await count('report')).toBe(before);
  });

  it('join the open incident near in place and time, and no other', async () => {
    const seen = new Date(Date.now() - 3_600_000);
    const at = (minutes: number) => new Date(seen.getTime() + minutes * 60_000).toISOString();
    const first = await report(service.url, author, { ...place(0.1), observedAt: at(0) });
    const same = await report(service.url, colleague, { ...place(0.107), observedAt: at(44) });
    expect(same).toBe(first);
    const further = await report(service.url, colleague, { ...place(0.1145), observedAt: at(44) });
    expect(further).not.toBe(first);
    const later = await report(service.url, colleague, { ...place(0.107), observedAt: at(-50) });
    expect(later).not.toBe(first);
  });

  it('open one incident when many are filed of one thing at once', async () => {
    const incidents = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        report(service.url, index % 2 ? author : colleague, place(0.2 + index / 100_000)),
      ),
    );
    expect(new Set(incidents).size).toBe(1);
  });

  it('no longer join an incident that is closed', async () => {
    const incidentId = await report(service.url, author, place(0.05));
    const input = { incidentId, outcome: 'UNABLE_TO_VERIFY' };
    await ask(service.url, DISMISS, { input }, dispatcher.token);
    expect(await report(service.url, author, place(0.05))).not.toBe(incidentId);
    const verify = await send(service.url, VERIFY, { input: { incidentId } }, dispatcher.token);
    expect(verify.errors![0]!.extensions.code).toBe('CONFLICT');
  });

  it('may be old, and not from the future', async () => {
    const in_ = (minutes: number) => ({
      ...reportInput(place(-0.03)),
      observedAt: new Date(Date.now() + minutes * 60_000).toISOString(),
    });
    expect(await code(in_(-3 * 24 * 60))).toBeUndefined();
    expect(await code(in_(4))).toBeUndefined();
    expect(await code(in_(6))).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ field: 'observedAt' }],
    });
  });

  it('are about a school: the nearest is named when none is near', async () => {
    const answer = await file(reportInput({ location: { latitude: 28.9, longitude: -81.0 } }));
    expect(answer.errors![0]!.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ field: 'location', message: expect.stringMatching(/the nearest is .+ km away/) }],
    });
    for (const location of [
      { latitude: 91, longitude: 0 },
      { latitude: 0, longitude: 181 },
    ])
      expect(await code(reportInput({ location }))).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('need training that still counts', async () => {
    const lapsed = await hire(service.url, service.admin, 'RESPONDER', 'One', '2020-01-01');
    const input = reportInput(place(0));
    const before = await count('report');
    expect(await code(input, lapsed)).toMatchObject({ code: 'TRAINING_EXPIRED' });
    expect(await count('report')).toBe(before);
  });

  it('are for their author and for those who decide; a narrative not for analysts', async () => {
    const input = reportInput({ ...place(0), narrative: 'confidential' });
    await file(input);
    const analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    const read = async (person: Person) =>
      (await send(service.url, REPORT, { id: input.id }, person.token)).data?.report?.narrative;
    expect(await read(author)).toBe('confidential');
    expect(await read(dispatcher)).toBe('confidential');
    expect(await read(analyst)).toBeNull();
    expect(await read(colleague)).toBeUndefined();
    const unknown = await send(service.url, REPORT, { id: randomUUID() }, author.token);
    expect(unknown.errors![0]!.extensions.code).toBe('NOT_FOUND');
  });
});
