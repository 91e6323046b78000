import { Desk } from './support/desk.js';
import { ask } from './support/graphql.js';
import { APPROVE, CLEAR, FILE_REPORT, RETRACT, UPDATE, VERIFY } from './support/operations.js';
import { PLACES, hire, report, reportInput, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const CEILING = 3;
/** On the border of two districts: the nearest schools are of one, and of the other. */
const IN_OSCEOLA = { latitude: 28.353, longitude: -81.4 };
const IN_ORANGE = { latitude: 28.3575, longitude: -81.4 };
const START_DRILL = 'mutation ($input: StartDrillInput!) { startDrill(input: $input) { id } }';

describe('the ceiling of a district', () => {
  let service: TestService;
  let desk: Desk;
  let author: Person;
  let first: Person;
  let second: Person;

  beforeAll(async () => {
    service = await startService({
      environment: { ALERTS_PER_DISTRICT_HOUR: String(CEILING), CORROBORATION_REPORTS: '2' },
    });
    desk = new Desk(service);
    author = await hire(service.url, service.admin, 'RESPONDER', 'One');
    first = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
    second = await hire(service.url, service.admin, 'DISPATCHER', 'Three');
  });
  afterEach(() => hourPasses());
  afterAll(() => service.close());

  const hourPasses = (minutes = 61) =>
    service.database.query(`UPDATE alert SET sent = sent - make_interval(mins => $1)`, [minutes]);
  const verify = (person: Person, incidentId: string, choice: object = {}) =>
    desk.attempt(VERIFY, person, { incidentId, ...choice });
  /** Reports something new in Osceola and has it verified. */
  const alarm = async (person: Person, choice: object = {}) => {
    const incidentId = await desk.reported(author);
    return { incidentId, code: await verify(person, incidentId, choice) };
  };
  const fill = async (count = CEILING) => {
    const alarms = [];
    for (let n = 0; n < count; n++) alarms.push(await alarm(first));
    expect(alarms.map(({ code }) => code)).toEqual(alarms.map(() => 'OK'));
    return alarms.map(({ incidentId }) => incidentId);
  };
  const deadlocks = async () => {
    const text =
      'SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()';
    return (await service.database.query<{ n: number }>(text))[0]!.n;
  };
  const state = async (incidentId: string) => (await desk.incident(incidentId)).state;

  it('holds for dispatchers, not for admins, and for this district only', async () => {
    await fill();
    const more = await alarm(second);
    expect(more.code).toBe('RATE_LIMITED');
    expect(await state(more.incidentId)).toBe('UNVERIFIED');
    expect(await desk.alerts(more.incidentId)).toEqual([]);
    const elsewhere = await report(service.url, author, { location: PLACES.orlando });
    expect(await verify(first, elsewhere)).toBe('OK');
    expect(await verify(service.admin, more.incidentId)).toBe('OK');
    expect(await alarm(first)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('leaves room again when an hour has passed', async () => {
    const [oldest] = await fill();
    await hourPasses(59);
    expect(await alarm(first)).toMatchObject({ code: 'RATE_LIMITED' });
    await service.database.query(
      `UPDATE alert SET sent = sent - interval '2 minutes' WHERE incident_id = $1`,
      [oldest],
    );
    expect(await alarm(first)).toMatchObject({ code: 'OK' });
    expect(await alarm(first)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('holds up no correction, and none of them counts', async () => {
    const [a, b, c] = await fill();
    const change = (incidentId?: string) => ({ incidentId, change: 'EXTENDED' });
    expect(await desk.attempt(UPDATE, first, change(a))).toBe('OK');
    expect(await desk.attempt(CLEAR, first, { incidentId: b })).toBe('OK');
    expect(await desk.attempt(RETRACT, first, { incidentId: b })).toBe('OK');
    expect(await desk.attempt(RETRACT, first, { incidentId: c })).toBe('OK');
    await service.database.query(
      `UPDATE alert SET sent = sent - interval '61 minutes' WHERE kind = 'ALERT'`,
    );
    await fill();
    expect(await alarm(first)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('is not passed by many who verify different incidents at once', async () => {
    const incidents = [];
    for (let n = 0; n < 12; n++) incidents.push(await desk.reported(author));
    const codes = await Promise.all(
      incidents.map((incidentId, n) => verify(n % 2 ? first : second, incidentId)),
    );
    expect(codes.filter((code) => code === 'OK')).toHaveLength(CEILING);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(12 - CEILING);
    const states = await Promise.all(incidents.map(state));
    expect(states.map((is) => (is === 'ACTIVE' ? 'OK' : 'RATE_LIMITED'))).toEqual(codes);
  });

  it('neither counts drills nor holds for them', async () => {
    const schoolId = '120147003754';
    const input = { schoolId };
    await ask(service.url, START_DRILL, { input }, first.token);
    const drill = async () => {
      const location = { latitude: 28.2989 + spread++ * 0.009, longitude: -81.36 };
      const incidentId = await report(service.url, author, { location, drill: true });
      return verify(first, incidentId);
    };
    let spread = 0;
    for (let n = 0; n < CEILING; n++) expect(await drill()).toBe('OK');
    await fill();
    expect(await alarm(first)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await drill()).toBe('OK');
  });

  it('holds for a wide alert when it is chosen and when it is approved, unless an admin does either', async () => {
    const WIDE = { radiusMeters: 4_000 };
    const propose = async (by: Person) => {
      const { incidentId, code } = await alarm(by, WIDE);
      expect(code).toBe('OK');
      return { incidentId, proposalId: (await desk.pending(incidentId))!.id };
    };
    const [plain, byAdmin] = [await propose(first), await propose(service.admin)];
    await fill();
    expect(await alarm(first, WIDE)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await desk.attempt(APPROVE, second, plain)).toBe('RATE_LIMITED');
    expect(await desk.alerts(plain.incidentId)).toEqual([]);
    expect(await desk.attempt(APPROVE, second, byAdmin)).toBe('OK');
    expect(await desk.attempt(APPROVE, service.admin, plain)).toBe('OK');
  });

  it('is that of the district whose families are told, wherever the incident has moved since', async () => {
    const incidentId = await report(service.url, author, { location: IN_OSCEOLA });
    expect(await verify(first, incidentId, { radiusMeters: 4_000 })).toBe('OK');
    const { id: proposalId } = (await desk.pending(incidentId))!;
    expect(await report(service.url, author, { location: IN_ORANGE })).toBe(incidentId);
    await fill();
    expect(await desk.attempt(APPROVE, second, { incidentId, proposalId })).toBe('RATE_LIMITED');
    await hourPasses();
    expect(await desk.attempt(APPROVE, second, { incidentId, proposalId })).toBe('OK');
    expect(await desk.alerts(incidentId)).toMatchObject([{ district_id: '1201470' }]);
  });

  it('holds for what independent people corroborate: a dispatcher’s turn comes then', async () => {
    const other = await hire(service.url, service.admin, 'RESPONDER', 'Four');
    const corroborated = async () => {
      const location = desk.spot();
      const incidentId = await report(service.url, author, { location });
      expect(await report(service.url, other, { location })).toBe(incidentId);
      return state(incidentId);
    };
    await fill(CEILING - 1);
    expect(await corroborated()).toBe('ACTIVE');
    expect(await corroborated()).toBe('UNVERIFIED');
    expect(await alarm(first)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('is passed neither by reports that corroborate while others are verified, nor do these fail', async () => {
    const other = await hire(service.url, service.admin, 'RESPONDER', 'Five');
    const spots = Array.from({ length: 20 }, () => desk.spot());
    const incidents = await Promise.all(
      spots.map((location) => report(service.url, author, { location })),
    );
    const codes = await Promise.all(
      incidents.map((incidentId, n) =>
        n % 2
          ? verify(first, incidentId)
          : desk.attempt(FILE_REPORT, other, reportInput({ location: spots[n] })),
      ),
    );
    const verified = codes.filter((_, n) => n % 2);
    expect(codes.filter((_, n) => n % 2 === 0)).toEqual(Array(10).fill('OK'));
    expect(verified.filter((code) => !['OK', 'RATE_LIMITED'].includes(code))).toEqual([]);
    const active = (await Promise.all(incidents.map(state))).filter((is) => is === 'ACTIVE');
    expect(active).toHaveLength(CEILING);
    expect(await deadlocks()).toBe(0);
  });
});
