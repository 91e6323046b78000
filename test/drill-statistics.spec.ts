import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Exercise } from './support/exercise.js';
import { arrivals, connectSocket, subscribePush, type SocketFamily } from './support/family.js';
import { ask, codeOf } from './support/graphql.js';
import { CLEAR, PREVIEW, VERIFY } from './support/operations.js';
import { PLACES, hire, report, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const SCHOOL = '120147007764';
const APOPKA_MIDDLE = '120144001376';
const OSCEOLA = { districtId: '1201470' };
const INCIDENT = `query ($id: ID!) { incident(id: $id) { state corroborating } }`;
/** In the same district, and another story. */
const NEARBY = { latitude: 28.32, longitude: -81.4076 };
const COUNTED = /^campana_(reports|verifications|pushes|push_seconds|verification_to)\S* \S+$/gm;

/** What counts, limits and stops alerts, where drills are concerned. */
describe('a drill', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  let person: Person;
  const open: SocketFamily[] = [];

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    const environment = { ALERTS_PER_DISTRICT_HOUR: '2', CORROBORATION_REPORTS: '2' };
    service = await startService({ environment: { ...environment, WIDE_ALERT_DEVICES: '3' } });
    crew = await Crew.of(service);
    person = await hire(service.url, service.admin, 'DISPATCHER', 'Three');
    for (const drills of [true, false, false])
      await subscribePush(service.url, push, [OSCEOLA], 'en', drills);
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const start = (schoolId = SCHOOL) => Exercise.start(service.url, person, schoolId);
  const connect = async (auth: object, namespace?: string) => {
    const socket = await connectSocket(service.url, auth, namespace);
    open.push(socket);
    return socket;
  };
  const decide = (operation: string, who: Person, incidentId: string) =>
    codeOf(service.url, operation, { input: { incidentId } }, who.token);
  const incident = async (id: string) =>
    (await ask(service.url, INCIDENT, { id }, person.token)).incident;
  const counted = async (): Promise<string[]> =>
    (await (await fetch(`${service.url}/metrics`)).text()).match(COUNTED) ?? [];

  it('counts in no metric, and what is real does', async () => {
    const idle = await counted();
    const drill = await start();
    const { incidentId, alertId } = await drill.alert();
    await drill.complete(alertId);
    await drill.complete(await drill.update(incidentId));
    await drill.complete(await drill.clear(incidentId));
    await drill.end();
    expect(await counted()).toEqual(idle);
    const real = await crew.alert();
    await crew.complete(push, real.alertId);
    await until(async () => {
      const now = (await counted()).filter((line) => !idle.includes(line)).join('\n');
      return ['reports', 'verifications', 'pushes', 'push_seconds', 'to_first', 'to_last'].every(
        (name) => now.includes(name),
      );
    }, 'every count');
    await crew.clear(real.incidentId);
  });

  it('takes no place of a real alert under the ceiling, and has none itself', async () => {
    const drill = await start();
    for (let time = 0; time < 4; time++) await drill.clear((await drill.alert()).incidentId);
    const second = await crew.alert({ location: NEARBY });
    const third = await report(service.url, crew.author);
    expect(await decide(VERIFY, crew.dispatcher, third)).toBe('RATE_LIMITED');
    await drill.alert();
    await drill.end();
    expect(await decide(VERIFY, service.admin, third)).toBeUndefined();
    for (const incidentId of [second.incidentId, third])
      expect(await decide(CLEAR, crew.dispatcher, incidentId)).toBeUndefined();
  });

  it('is verified by nobody’s agreement, however many report it', async () => {
    const first = await hire(service.url, service.admin, 'RESPONDER', 'Four');
    const second = await hire(service.url, service.admin, 'RESPONDER', 'Five');
    const drill = await start(APOPKA_MIDDLE);
    const reportedByBoth = async (drill: boolean) => {
      const change = { location: PLACES.apopka, drill };
      const incidentId = await report(service.url, first, change);
      expect(await report(service.url, second, change)).toBe(incidentId);
      return incident(incidentId);
    };
    expect(await reportedByBoth(true)).toEqual({ state: 'UNVERIFIED', corroborating: 2 });
    expect(await reportedByBoth(false)).toEqual({ state: 'ACTIVE', corroborating: 2 });
    await drill.end();
  });

  it('waits for no second dispatcher, and shows its own audience beforehand', async () => {
    const previewed = async (incidentId: string) =>
      (await ask(service.url, PREVIEW, { incidentId }, person.token)).audiencePreview.devices;
    const drill = await start();
    const incidentId = await drill.report();
    const real = await report(service.url, crew.author);
    for (let more = 0; more < 17; more++) await subscribePush(service.url, push, [OSCEOLA]);
    expect(await previewed(incidentId)).toBe(10);
    expect(await previewed(real)).toBe(20);
    for (const id of [incidentId, real])
      expect(await decide(VERIFY, service.admin, id)).toBeUndefined();
    expect((await incident(incidentId)).state).toBe('ACTIVE');
    expect((await incident(real)).state).toBe('UNVERIFIED');
    await drill.end();
  });

  it('is stopped by a pause like everything else, and its end goes out after it', async () => {
    const practising = await subscribePush(service.url, push, [OSCEOLA], 'en', true);
    const socket = await connect({ token: practising.token });
    await socket.watch({});
    const drill = await start();
    const { alertId } = await drill.alert();
    const waiting = await drill.report({ location: NEARBY });
    await drill.complete(alertId);
    await socket.until(1);
    await ask(service.url, 'mutation { pauseAlerts { paused } }', {}, person.token);
    expect(await decide(VERIFY, person, waiting)).toBe('CONFLICT');
    await drill.end();
    expect(practising.device.received).toHaveLength(1);
    expect(socket.received).toHaveLength(1);
    await ask(service.url, 'mutation { resumeAlerts { paused } }', {}, service.admin.token);
    await push.waitFor(() => practising.device.received.length === 2);
    await socket.until(2);
  });

  it('is named as one to dispatchers and in the record', async () => {
    const { socket } = await connect({ token: person.token }, '/dispatch');
    const heard: [string, Record<string, any>][] = [];
    for (const event of ['report', 'incident'])
      socket.on(event, (data) => heard.push([event, data]));
    const drill = await start();
    const { incidentId } = await drill.alert();
    await arrivals(socket, 'incident', () => heard.some(([, { state }]) => state === 'ACTIVE'));
    expect(new Set(heard.map(([event]) => event))).toEqual(new Set(['report', 'incident']));
    expect(heard.every(([, data]) => data.drill === true)).toBe(true);
    await drill.end();
    const entries = await service.database.query<{ kind: string; facts: { drillId?: string } }>(
      `SELECT kind, convert_from(body, 'UTF8')::jsonb -> 'facts' AS facts FROM ledger_entry
       WHERE subject = $1 ORDER BY seq`,
      [incidentId],
    );
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['report.filed', 'incident.verified', 'incident.cleared'],
    ]);
    for (const { facts } of entries) expect(facts.drillId).toBe(drill.id);
  });

  it('leaves tags in one table alone, none of them a live one, beside nothing but an id', async () => {
    const columns = await service.database.query(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_name = 'drill_area' ORDER BY ordinal_position`,
    );
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      ...['tag bytea', 'subscription_id uuid'],
    ]);
    await subscribePush(service.url, push, [OSCEOLA, { schoolId: SCHOOL }], 'en', true);
    const tags = await service.database.query<{ tag: string; live: boolean }>(
      `SELECT DISTINCT encode(tag, 'hex') AS tag,
         tag IN (SELECT tag FROM subscription_area) AS live FROM drill_area`,
    );
    expect(tags.length).toBeGreaterThan(1);
    expect(tags.filter(({ live }) => live)).toEqual([]);
    const tables = await service.database.query<{ name: string; text: string }>(
      `SELECT format('%s.%s', table_schema, table_name) AS name,
         query_to_xml(format('TABLE %I.%I', table_schema, table_name), true, false, '')::text AS text
       FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'pgboss')`,
    );
    // XML shows bytes in base64.
    const forms = tags.flatMap(({ tag }) => [tag, Buffer.from(tag, 'hex').toString('base64')]);
    const holding = tables.filter(({ text }) => forms.some((form) => text.includes(form)));
    expect(holding.map(({ name }) => name)).toEqual(['public.drill_area']);
  });
});
