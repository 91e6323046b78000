import { send } from './support/graphql.js';
import { CLEAR, FILE_REPORT, RETRACT, UPDATE, VERIFY } from './support/operations.js';
import { PLACES, hire, report, reportInput, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

/** Promise 1: no public alert without a second person. */
describe('the gate', () => {
  let it_: TestService;
  let author: Person;
  let dispatcher: Person;

  beforeAll(async () => {
    it_ = await startService();
    author = await hire(it_.url, it_.admin, 'DISPATCHER', 'One');
    dispatcher = await hire(it_.url, it_.admin, 'DISPATCHER', 'Two');
  });
  afterAll(() => it_.close());

  const attempt = async (operation: string, person: Person, input: object) => {
    const answer = await send(it_.url, operation, { input }, person.token);
    return answer.errors?.[0]?.extensions.code ?? 'OK';
  };
  const alertsOf = async (incidentId: string) => {
    const rows = await it_.database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM alert WHERE incident_id = $1',
      [incidentId],
    );
    return rows[0]!.n;
  };

  it('refuses a hundred parallel verifications by the author, from two sessions', async () => {
    const incidentId = await report(it_.url, author);
    const codes = await Promise.all(
      Array.from({ length: 100 }, () => attempt(VERIFY, author, { incidentId })),
    );
    expect(new Set(codes)).toEqual(new Set(['FORBIDDEN']));
    expect(await alertsOf(incidentId)).toBe(0);
    expect(await attempt(VERIFY, dispatcher, { incidentId })).toBe('OK');
    expect(await attempt(CLEAR, dispatcher, { incidentId })).toBe('OK');
  });

  it('gives one alert for a hundred parallel verifications', async () => {
    const incidentId = await report(it_.url, author, { location: PLACES.orlando });
    const codes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        attempt(VERIFY, index % 2 ? dispatcher : it_.admin, { incidentId }),
      ),
    );
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect(codes.filter((code) => code === 'CONFLICT')).toHaveLength(99);
    expect(await alertsOf(incidentId)).toBe(1);
    expect(await attempt(CLEAR, dispatcher, { incidentId })).toBe('OK');
  });

  it('counts whoever adds a report among the authors, also while others verify', async () => {
    const incidentId = await report(it_.url, author, { location: PLACES.apopka });
    const input = reportInput({ location: PLACES.apopka });
    const [filed, verified] = await Promise.all([
      send(it_.url, FILE_REPORT, { input }, dispatcher.token),
      attempt(VERIFY, dispatcher, { incidentId }),
    ]);
    expect(filed.data?.fileReport.incidentId).toBe(incidentId);
    // Whichever came first: either it was verified before the report, or not at all.
    expect(['OK', 'FORBIDDEN']).toContain(verified);
    expect(await alertsOf(incidentId)).toBe(verified === 'OK' ? 1 : 0);
    expect(await attempt(VERIFY, dispatcher, { incidentId })).toBe(
      verified === 'OK' ? 'CONFLICT' : 'FORBIDDEN',
    );
  });

  it('lets an author clear and retract, and neither extend nor widen', async () => {
    const place = { latitude: 28.4, longitude: -81.3 };
    const incidentId = await report(it_.url, author, { location: place });
    expect(await attempt(VERIFY, dispatcher, { incidentId })).toBe('OK');
    for (const change of ['EXTENDED', 'MOVED', 'MORE_AGENTS', 'DETAIL'])
      expect(await attempt(UPDATE, author, { incidentId, change })).toBe('FORBIDDEN');
    expect(await attempt(UPDATE, dispatcher, { incidentId, change: 'EXTENDED' })).toBe('OK');
    expect(await attempt(CLEAR, author, { incidentId })).toBe('OK');
    expect(await attempt(RETRACT, author, { incidentId })).toBe('OK');
    expect(await attempt(RETRACT, author, { incidentId })).toBe('CONFLICT');
    expect(await alertsOf(incidentId)).toBe(4);
  });
});
