import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { ask } from './support/graphql.js';
import { merge, reportsOf, split } from './support/merges.js';
import { startService, type TestService } from './support/test-service.js';

const INCIDENT = `query ($id: ID!) { incident(id: $id) {
  state expiresAt verifiedAt minutesToCorrection } }`;

/** When what was merged lapses, and how long its correction took. */
describe('the times of merged incidents', () => {
  let service: TestService;
  let crew: Crew;
  let desk: Desk;

  beforeAll(async () => {
    service = await startService();
    crew = await Crew.of(service);
    desk = new Desk(service);
  });
  afterAll(() => service.close());

  const alert = async (expiresInMinutes = 60) => {
    const location = desk.spot();
    return (await crew.alert({ location }, { expiresInMinutes })).incidentId;
  };
  const join = (fromId: string, intoId: string) =>
    merge(service.url, crew.dispatcher, fromId, intoId);
  const apart = (id: string, reports: string[]) => split(service.url, crew.dispatcher, id, reports);
  const reports = (id: string) => reportsOf(service.url, crew.dispatcher, id);
  const incident = async (id: string) =>
    (await ask(service.url, INCIDENT, { id }, crew.dispatcher.token)).incident;
  const minutesBetween = (from: string, to: Date) => (to.getTime() - Date.parse(from)) / 60_000;
  const minutesBefore = (at: string, minutes: number) =>
    new Date(Date.parse(at) - minutes * 60_000).toISOString();
  const correctedAt = async (incidentId: string): Promise<Date> =>
    (await desk.alerts(incidentId)).at(-1)!.sent;

  it('to the correction that its families got, by way of all it was merged into', async () => {
    const [a, b, c, untold] = [
      await alert(),
      await alert(),
      await alert(),
      await desk.reported(crew.author),
    ];
    await join(a, b);
    await join(untold, b);
    await join(b, c);
    expect(await incident(a)).toMatchObject({ state: 'MERGED', minutesToCorrection: null });
    await crew.clear(c);
    const end = await correctedAt(c);
    for (const id of [a, b, c]) {
      const { verifiedAt, minutesToCorrection } = await incident(id);
      expect(minutesToCorrection).toBeCloseTo(minutesBetween(verifiedAt, end), 6);
    }
    expect((await incident(untold)).minutesToCorrection).toBeNull();
  });

  it('to the correction, also once it stands alone again', async () => {
    const [a, b] = [await alert(), await alert()];
    const own = await reports(a);
    await join(a, b);
    await crew.clear(b);
    const { minutesToCorrection } = await incident(a);
    expect(minutesToCorrection).not.toBeNull();
    await apart(b, own);
    expect(await incident(a)).toMatchObject({ state: 'CLEARED', minutesToCorrection });
  });

  it('hold as long as either was told to, with the clock, and apart as before', async () => {
    const [long, short] = [await alert(240), await alert(20)];
    const own = await reports(long);
    const [{ expiresAt: late }, { expiresAt: soon }] = [
      await incident(long),
      await incident(short),
    ];
    const jobs = async (id: string) => (await desk.clockJobs(id)).map(({ at }) => at.toISOString());
    await join(long, short);
    expect(await incident(short)).toMatchObject({ state: 'ACTIVE', expiresAt: late });
    expect(await jobs(short)).toEqual(expect.arrayContaining([minutesBefore(late, 10), late]));
    expect((await desk.entries(short)).at(-1)!.facts.expires).toBe(late);
    await apart(short, own);
    expect(await incident(long)).toMatchObject({ state: 'ACTIVE', expiresAt: late });
    expect(await incident(short)).toMatchObject({ state: 'ACTIVE', expiresAt: soon });
    // From the verification, and anew.
    expect((await jobs(short)).filter((at) => at === soon)).toHaveLength(2);
  });

  it('do not hold longer for one that lapses sooner, or was never told', async () => {
    const [long, short, untold] = [
      await alert(240),
      await alert(20),
      await desk.reported(crew.author),
    ];
    const { expiresAt } = await incident(long);
    const jobs = (await desk.clockJobs(long)).length;
    for (const id of [short, untold]) await join(id, long);
    expect(await incident(long)).toMatchObject({ expiresAt });
    expect(await desk.clockJobs(long)).toHaveLength(jobs);
  });

  it('cannot be made shorter by an update, as far as either was told', async () => {
    const [long, short] = [await alert(240), await alert(20)];
    const { expiresAt } = await incident(long);
    await join(long, short);
    await crew.update(short, 'EXTENDED');
    expect((await desk.alerts(short)).at(-1)!.expires.toISOString()).toBe(expiresAt);
  });
});
