import { latLngToCell } from 'h3-js';
import pg from 'pg';
import { PushService } from './push-service/push-service.js';
import { Bystander } from './support/bystander.js';
import { Crew } from './support/crew.js';
import { Exercise } from './support/exercise.js';
import { connectSocket, type SocketFamily } from './support/family.js';
import { ask, codeOf } from './support/graphql.js';
import { DISMISS, FILE_REPORT, UPDATE, VERIFY } from './support/operations.js';
import { PLACES, hire, report, reportInput, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const SCHOOL = '120147007764';
const FAR_SCHOOL = '120144003450';
const OSCEOLA = { districtId: '1201470' };
const CELL = { cell: { h3: latLngToCell(28.2919, -81.4076, 7), radiusKm: 2 } };
const MERGE = `mutation ($input: MergeIncidentsInput!) { mergeIncidents(input: $input) { id } }`;

/** Attempts to bring a drill to the public, or what is real into a drill. */
describe('a drill', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  let person: Person;
  let bystander: Bystander;
  const open: SocketFamily[] = [];

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService({ environment: { ALERTS_PER_DISTRICT_HOUR: '1000' } });
    crew = await Crew.of(service);
    person = await hire(service.url, service.admin, 'DISPATCHER', 'Three');
    const areas = [OSCEOLA, CELL, { schoolId: SCHOOL }];
    bystander = await Bystander.of(service.url, push, areas);
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.close();
    await bystander.hearsOnlyWhatIsReal(crew);
  });
  afterAll(async () => {
    bystander.close();
    await service.close();
    await push.stop();
  });

  const start = (schoolId = SCHOOL) => Exercise.start(service.url, person, schoolId);
  const query = <T = Record<string, any>>(text: string, values: unknown[] = []) =>
    service.database.query<T>(text, values);
  const attempt = (operation: string, who: Person, input: object) =>
    codeOf(service.url, operation, { input }, who.token);
  const asStaff = (text: string) => ask(service.url, text, {}, person.token);

  it('takes no report where none runs, and then nothing is written', async () => {
    const rows = async () =>
      (
        await query(`SELECT (SELECT count(*) FROM report) AS reports,
          (SELECT count(*) FROM incident) AS incidents, (SELECT count(*) FROM alert) AS alerts,
          (SELECT count(*) FROM incident_sighting) AS sightings,
          (SELECT max(seq) FROM ledger_entry) AS entries`)
      )[0];
    const ended = await start();
    await ended.end();
    const late = await start();
    await query('UPDATE drill SET ends_at = now() WHERE id = $1', [late.id]);
    const elsewhere = await start(FAR_SCHOOL);
    const before = await rows();
    const refused = await attempt(FILE_REPORT, person, reportInput({ drill: true }));
    expect(refused).toBe('BAD_USER_INPUT');
    expect(await rows()).toEqual(before);
    await Promise.all([late.end(), elsewhere.end()]);
  });

  it('takes no report that came while it ended', async () => {
    const drill = await start();
    const ending = new pg.Client({ connectionString: service.database.url });
    await ending.connect();
    await ending.query('BEGIN');
    await ending.query('UPDATE drill SET ended_at = now() WHERE id = $1', [drill.id]);
    const filed = attempt(FILE_REPORT, person, reportInput({ drill: true }));
    await until(async () => {
      const waiting = await query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    }, 'the report waiting for the drill');
    await ending.query('COMMIT');
    await ending.end();
    expect(await filed).toBe('BAD_USER_INPUT');
  });

  it('does not hold up what is real while it ends', async () => {
    const drill = await start();
    const first = await drill.report();
    const second = await drill.report({ location: { latitude: 28.3109, longitude: -81.4076 } });
    // Whoever is locked last has to wait, with an entry of the ledger for the other.
    const last = [first, second].sort().at(-1);
    const deciding = new pg.Client({ connectionString: service.database.url });
    await deciding.connect();
    await deciding.query('BEGIN');
    await deciding.query('SELECT FROM incident WHERE id = $1 FOR UPDATE', [last]);
    const ended = drill.end();
    await until(async () => {
      const waiting = await query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    }, 'the end waiting for the incident');
    await report(service.url, crew.author, { location: PLACES.orlando });
    await deciding.query('COMMIT');
    await deciding.end();
    expect((await ended).incidents).toHaveLength(2);
  });

  it('never meets what is real at the same place and time, and one person’s two parts end there', async () => {
    const drill = await start();
    const practised = await drill.report();
    const real = await report(service.url, person);
    expect(real).not.toBe(practised);
    expect(await drill.report()).toBe(practised);
    expect(await report(service.url, crew.author)).toBe(real);
    for (const [fromId, intoId] of [
      [practised, real],
      [real, practised],
    ])
      expect(await attempt(MERGE, crew.dispatcher, { fromId, intoId })).toBe('CONFLICT');

    const { incidents, dispatchQueue, ofDrills } = await asStaff(`{
      incidents { edges { node { id drill } } }
      ofDrills: incidents(filter: { drills: true }) { edges { node { id drill } } }
      dispatchQueue { incident { id } suggestedDuplicates { incident { id } } }
    }`);
    const drills = (list: any) => new Set(list.edges.map(({ node }: any) => node.drill));
    expect(drills(incidents)).toEqual(new Set([false]));
    expect(drills(ofDrills)).toEqual(new Set([true]));
    expect(JSON.stringify(dispatchQueue)).toContain(real);
    expect(JSON.stringify(dispatchQueue)).not.toContain(practised);

    const extend = { change: 'EXTENDED' };
    expect(await attempt(VERIFY, person, { incidentId: real })).toBe('FORBIDDEN');
    expect(await attempt(VERIFY, person, { incidentId: practised })).toBeUndefined();
    expect(await attempt(UPDATE, person, { incidentId: practised, ...extend })).toBeUndefined();
    const unfounded = { incidentId: real, outcome: 'UNFOUNDED' };
    expect(await attempt(DISMISS, crew.dispatcher, unfounded)).toBeUndefined();
    await drill.end();
  });

  it('is shown to nobody who asks what is on or what was missed', async () => {
    const since = new Date(Date.now() - 60_000).toISOString();
    const drill = await start();
    const { incidentId, alertId } = await drill.alert();
    await drill.complete(alertId);
    const { activeAlerts, here } = await ask(
      service.url,
      `{
      activeAlerts { edges { node { id incidentId } } }
      here: activeAlerts(areas: [{ districtId: "1201470" }, { schoolId: "${SCHOOL}" }]) {
        edges { node { id incidentId } }
      }
    }`,
    );
    expect(JSON.stringify([activeAlerts, here])).not.toContain(incidentId);
    for (const drills of [false, true]) {
      const back = await connectSocket(service.url);
      open.push(back);
      const { active } = await back.watch({ areas: [OSCEOLA, CELL], since, drills });
      expect(JSON.stringify([active, back.received])).not.toContain(incidentId);
    }
    await drill.end();
  });
});
