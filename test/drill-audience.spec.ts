import { latLngToCell } from 'h3-js';
import { AlertsWorker } from '../src/alerts/alerts.worker.js';
import { FanOutService } from '../src/delivery/fan-out.service.js';
import { Keyring } from '../src/platform/keyring.js';
import { drillTagOf, type AreaTag } from '../src/subscriptions/area-tag.js';
import { PushService } from './push-service/push-service.js';
import { Bystander } from './support/bystander.js';
import { Crew } from './support/crew.js';
import { Exercise } from './support/exercise.js';
import { connectSocket, subscribePush, type Area, type PushFamily } from './support/family.js';
import { ask, codeOf } from './support/graphql.js';
import { CLEAR, UPDATE } from './support/operations.js';
import { PLACES, hire, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

const SCHOOL = '120147007764';
const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };
const CELL = { cell: { h3: latLngToCell(28.2919, -81.4076, 7), radiusKm: 2 } };

/** Attempts to bring a drill to the public past the places where the two are told apart. */
describe('the audience of a drill', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  let person: Person;
  let bystander: Bystander;
  /** Ends what a test started, however it went. */
  const undo: (() => unknown)[] = [];

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
    for (const step of undo.splice(0)) await step();
    await bystander.hearsOnlyWhatIsReal(crew);
  });
  afterAll(async () => {
    bystander.close();
    await service.close();
    await push.stop();
  });

  const start = () => Exercise.start(service.url, person, SCHOOL);
  const query = <T = Record<string, any>>(text: string, values: unknown[] = []) =>
    service.database.query<T>(text, values);
  const phone = (areas: Area[], drills = false) =>
    subscribePush(service.url, push, areas, 'en', drills);
  const listen = async ({ token }: PushFamily) => {
    const ear = await connectSocket(service.url, { token });
    undo.push(() => ear.close());
    await ear.watch({});
    return ear;
  };
  const tagsOf = async ({ id }: PushFamily, { database } = service) => {
    const rows = await database.query<{ tag: AreaTag }>(
      'SELECT tag FROM subscription_area WHERE subscription_id = $1',
      [id],
    );
    return rows.map(({ tag }) => tag);
  };
  /** What the database would refuse, as if it did not look. */
  const unguarded = async (table: string, change: string, { database } = service) => {
    await database.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await database.query(change);
    await database.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  };

  it('is looked up where only drills are, whatever tags a device has', async () => {
    const keyring = Keyring.from(service.secrets);
    const tags = await tagsOf(bystander.family);
    const [seeded, practising] = [await phone([ORANGE]), await phone([ORANGE], true)];
    for (const tag of tags) {
      const drillTag = drillTagOf(keyring, tag);
      await query('INSERT INTO subscription_area VALUES ($1, $2)', [drillTag, seeded.id]);
      await query('INSERT INTO drill_area VALUES ($1, $2)', [tag, practising.id]);
    }
    const ears = [await listen(seeded), await listen(practising)];
    const drill = await start();
    const { alertId } = await drill.alert();
    expect((await drill.complete(alertId)).audience).toBe(0);
    await drill.end();
    const real = await crew.alert({ location: PLACES.orlando });
    await crew.complete(push, real.alertId);
    for (const ear of ears) await ear.until(1);
    for (const { received } of ears) expect(received.map(({ id }) => id)).toEqual([real.alertId]);
    for (const { device } of [seeded, practising])
      expect(device.received.map(({ json }) => json.id)).toEqual([real.alertId]);
    await crew.clear(real.incidentId);
  });

  it('is planned for its own audience, or not at all', async () => {
    const idle = await startService({ environment: { ROLE: 'api' } });
    undo.push(() => idle.close());
    const { app } = idle.service;
    const practising = await subscribePush(idle.url, push, [OSCEOLA], 'en', true);
    const keyring = Keyring.from(idle.secrets);
    const tags = await tagsOf(practising, idle);
    const LIVE = { kind: 'LIVE', tags } as const;
    const DRILL = { kind: 'DRILL', tags: tags.map((tag) => drillTagOf(keyring, tag)) } as const;
    const drill = await Exercise.start(idle.url, idle.admin, SCHOOL);
    const { alertId } = await drill.alert();
    const real = await (await Crew.of(idle)).alert();
    const wrong = 'a drill is for its own audience';
    for (const [id, ring] of [
      [alertId, LIVE],
      [alertId, null],
      [real.alertId, DRILL],
      [real.alertId, null],
    ] as const)
      await expect(app.get(FanOutService).plan(id, ring && [ring])).rejects.toThrow(wrong);
    await unguarded('alert', `UPDATE alert SET status = 'Actual' WHERE id = '${alertId}'`, idle);
    await expect(app.get(AlertsWorker).fan(alertId)).rejects.toThrow(wrong);
    const planned = await idle.database.query('SELECT FROM delivery_batch');
    expect(planned).toEqual([]);
  });

  describe('of which the rows are changed', () => {
    it('is kept apart by the database', async () => {
      const drill = await start();
      const { incidentId, alertId } = await drill.alert();
      const real = await crew.alert({ location: PLACES.orlando });
      const columns = `incident_id, ordinal, topic, payloads, expires, created_at`;
      for (const change of [
        `UPDATE alert SET status = 'Actual' WHERE id = '${alertId}'`,
        `UPDATE alert SET incident_id = '${real.incidentId}' WHERE id = '${alertId}'`,
        `UPDATE alert SET status = 'Exercise' WHERE id = '${real.alertId}'`,
        `UPDATE incident SET drill_id = NULL WHERE id = '${incidentId}'`,
        `UPDATE incident SET drill_id = '${drill.id}' WHERE id = '${real.incidentId}'`,
        `UPDATE delivery SET reach = 'AUDIENCE' WHERE id = '${alertId}'`,
        `UPDATE delivery SET reach = 'AUDIENCE', exercise = false WHERE id = '${alertId}'`,
        `UPDATE delivery SET reach = 'DRILL' WHERE id = '${real.alertId}'`,
        ...['true', 'false'].map(
          (exercise) => `INSERT INTO delivery (id, reach, exercise, ${columns})
            SELECT gen_random_uuid(), 'AUDIENCE', ${exercise}, incident_id, 99, topic, payloads,
              expires, created_at FROM delivery WHERE id = '${alertId}'`,
        ),
      ])
        await expect(query(change)).rejects.toMatchObject({ code: '23514' });
      await crew.clear(real.incidentId);
      await drill.end();
    });

    it.each([
      ['alert', `UPDATE alert SET status = 'Actual' WHERE incident_id = `],
      ['incident', `UPDATE incident SET drill_id = NULL WHERE id = `],
    ])('past that, as a forged %s, it tells nobody anything', async (table, change) => {
      const practising = await phone([OSCEOLA], true);
      const drill = await start();
      const { incidentId, alertId } = await drill.alert();
      await drill.complete(alertId);
      await unguarded(table, `${change}'${incidentId}'`);
      for (const operation of [UPDATE, CLEAR]) {
        const input = { incidentId, ...(operation === UPDATE && { change: 'EXTENDED' }) };
        const { token } = crew.dispatcher;
        const code = await codeOf(service.url, operation, { input }, token);
        expect(code).toBe('INTERNAL_SERVER_ERROR');
      }
      await service.service.app.get(AlertsWorker).fan(alertId);
      const messages = await query('SELECT id FROM delivery WHERE incident_id = $1', [incidentId]);
      expect(messages).toEqual([{ id: alertId }]);
      await unguarded('alert', `UPDATE alert SET status = 'Exercise' WHERE id = '${alertId}'`);
      const restored = `UPDATE incident SET drill_id = '${drill.id}' WHERE id = '${incidentId}'`;
      await unguarded('incident', restored);
      await drill.end();
      await push.waitFor(() => practising.device.received.length === 2);
      const statuses = practising.device.received.map(({ json }) => json.status);
      expect(statuses).toEqual(['Exercise', 'Exercise']);
      await ask(service.url, 'mutation { unsubscribe }', {}, practising.token);
    });
  });
});
