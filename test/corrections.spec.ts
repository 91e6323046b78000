import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { subscribePush, type PushFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { UPDATE_SUBSCRIPTION } from './support/operations.js';
import { report } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { FanOutService } from '../src/delivery/fan-out.service.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };

/** Promise 2: every family that was told is told the end, and nobody else. */
describe('corrections', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    crew = await Crew.of(service);
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const ids = (family: PushFamily) => family.device.received.map(({ json }) => json.id);
  const follow = (family: PushFamily, areas: object[]) =>
    ask(service.url, UPDATE_SUBSCRIPTION, { input: { areas } }, family.token);

  it('say of what was told, whatever one person has reported since', async () => {
    const [near] = await service.database.query<Record<string, number & string>>(
      `SELECT a.id, a.name, a.latitude, a.longitude, b.latitude AS lat, b.longitude AS lon
       FROM school a JOIN school b ON a.id < b.id AND abs(a.latitude - b.latitude) < 0.006
         AND abs(a.longitude - b.longitude) < 0.006
         AND abs(a.latitude - b.latitude) + abs(a.longitude - b.longitude) > 0.004
       ORDER BY a.id LIMIT 1`,
    );
    const { id, latitude, longitude, lat, lon } = near!;
    const family = await subscribePush(service.url, push, [{ schoolId: id }]);
    const place = { location: { latitude, longitude }, activity: 'PRESENCE' };
    const { incidentId, alertId } = await crew.alert(place, { radiusMeters: 500 });
    await crew.complete(push, alertId);
    const since = { location: { latitude: lat, longitude: lon }, activity: 'ARREST' };
    expect(await report(service.url, crew.dispatcher, since)).toBe(incidentId);
    for (const correct of [crew.clear, crew.retract]) {
      const correctionId = await correct(incidentId);
      await crew.complete(push, correctionId);
      const [row] = await service.database.query(
        'SELECT school_id, band, facts FROM alert WHERE id = $1',
        [correctionId],
      );
      expect(row).toMatchObject({ school_id: id, band: 'AT', facts: { activity: 'PRESENCE' } });
    }
    const [first, ...corrections] = family.device.received.map(({ json }) => json.headline);
    expect(corrections).toHaveLength(2);
    const named = /next to (.*)$/.exec(first as string)![1]!;
    for (const headline of corrections) expect(headline).toContain(named);
  });

  it('reach exactly the devices that got the alert, whatever they follow by then', async () => {
    const stays = await subscribePush(service.url, push, [OSCEOLA]);
    const moves = await subscribePush(service.url, push, [OSCEOLA], 'es');
    const elsewhere = await subscribePush(service.url, push, [ORANGE]);
    const { incidentId, alertId } = await crew.alert();
    await crew.complete(push, alertId);
    await follow(moves, [ORANGE]);
    await follow(elsewhere, [OSCEOLA]);
    const late = await subscribePush(service.url, push, [OSCEOLA]);
    const updateId = await crew.update(incidentId);
    await crew.complete(push, updateId);
    const clearId = await crew.clear(incidentId);
    await crew.complete(push, clearId);
    const retractId = await crew.retract(incidentId);
    await crew.complete(push, retractId);
    const whole = [alertId, updateId, clearId, retractId];
    expect(ids(stays)).toEqual(whole);
    expect(ids(moves)).toEqual(whole);
    expect(ids(elsewhere)).toEqual([]);
    expect(ids(late)).toEqual([]);
    expect(stays.device.received.map(({ json }) => json.msgType)).toEqual([
      'Alert',
      'Update',
      'Update',
      'Cancel',
    ]);
  });

  it('keep one topic, replace on the device, and refer to what came before', async () => {
    const family = await subscribePush(service.url, push, [ORANGE]);
    const place = { location: { latitude: 28.5384, longitude: -81.3789 } };
    const { incidentId, alertId } = await crew.alert(place);
    await crew.complete(push, alertId);
    const clearId = await crew.clear(incidentId);
    await crew.complete(push, clearId);
    const [alert, clear] = family.device.received;
    expect(clear!.topic).toBe(alert!.topic);
    expect(clear!.replaced).toBe(true);
    expect(clear!.json.references).toEqual([alertId]);
    expect(clear!.json.incidentId).toBe(alert!.json.incidentId);
  });

  it('do not reach a device that never got the alert, and let nothing follow the end', async () => {
    const told = await subscribePush(service.url, push, [OSCEOLA]);
    const owed = await subscribePush(service.url, push, [OSCEOLA]);
    push.behave(owed.device, { kind: 'status', status: 500 });
    const { incidentId, alertId } = await crew.alert();
    await push.waitFor(() => told.device.received.length === 1 && owed.device.attempts >= 1);
    await untilSettled(alertId);
    const clearId = await crew.clear(incidentId);
    await crew.complete(push, clearId);
    push.behave(owed.device, { kind: 'accept' });
    expect(ids(told)).toEqual([alertId, clearId]);
    expect(ids(owed)).toEqual([]);
  });

  it('bring an owed device the newest message while it goes on', async () => {
    const owed = await subscribePush(service.url, push, [OSCEOLA]);
    push.behave(owed.device, { kind: 'status', status: 500 });
    const { incidentId, alertId } = await crew.alert();
    await push.waitFor(() => owed.device.attempts >= 1);
    await untilSettled(alertId);
    push.behave(owed.device, { kind: 'accept' });
    const updateId = await crew.update(incidentId, 'MORE_AGENTS');
    await crew.complete(push, updateId);
    const clearId = await crew.clear(incidentId);
    await crew.complete(push, clearId);
    const seen = ids(owed);
    expect(seen.at(-1)).toBe(clearId);
    expect(seen).toContain(updateId);
  });

  it('reach a device whose push service did not answer: it may have shown the alert', async () => {
    const unsure = await subscribePush(service.url, push, [OSCEOLA]);
    push.behave(unsure.device, { kind: 'reset' });
    const { incidentId, alertId } = await crew.alert();
    await push.waitFor(() => unsure.device.attempts >= 1);
    await untilSettled(alertId);
    push.behave(unsure.device, { kind: 'accept' });
    const clearId = await crew.clear(incidentId);
    await crew.complete(push, clearId);
    expect(ids(unsure).at(-1)).toBe(clearId);
  });

  it('leave no record of who was told once the incident is forgotten', async () => {
    await subscribePush(service.url, push, [OSCEOLA]);
    const { incidentId, alertId } = await crew.alert();
    await crew.complete(push, alertId);
    await crew.complete(push, await crew.clear(incidentId));
    const [job] = await service.database.query<{ hours: number }>(
      `SELECT extract(epoch FROM start_after - now()) / 3600 AS hours FROM pgboss.job
       WHERE name = 'delivery-forget' AND data->>'incidentId' = $1`,
      [incidentId],
    );
    expect(Number(job!.hours)).toBeLessThanOrEqual(24);
    const recorded = async () => {
      const [row] = await service.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM delivery_batch
         WHERE delivery_id IN (SELECT id FROM delivery WHERE incident_id = $1)`,
        [incidentId],
      );
      return row!.n;
    };
    // Not while a message may still be on its way.
    await service.service.app.get(FanOutService).forget(incidentId);
    expect(await recorded()).toBeGreaterThan(0);
    // This moment would be rounded, perhaps to one that is still to come.
    await service.database.query(
      `UPDATE delivery SET expires = now() - interval '1 second' WHERE incident_id = $1`,
      [incidentId],
    );
    await service.service.app.get(FanOutService).forget(incidentId);
    expect(await recorded()).toBe(0);
    const { accepted } = await crew.delivery(alertId);
    expect(accepted % 10).toBe(0);
  });

  it('reach everybody when two updates are issued before a worker gets to the first', async () => {
    const api = await startService({ environment: { ROLE: 'api' } });
    const idle = await Crew.of(api);
    const family = await subscribePush(api.url, push, [OSCEOLA]);
    const { incidentId } = await idle.alert();
    await idle.update(incidentId, 'MORE_AGENTS');
    const lastId = await idle.update(incidentId, 'EXTENDED');
    const { database, secrets } = api;
    const worker = await startService({ environment: { ROLE: 'worker' }, database, secrets });
    await push.waitFor(() => ids(family).includes(lastId));
    await idle.complete(push, lastId);
    expect(ids(family).at(-1)).toBe(lastId);
    await worker.close();
    await api.close();
  });

  it('and alerts reach the others when one device’s channel does not open', async () => {
    const broken = await subscribePush(service.url, push, [OSCEOLA]);
    const whole = await subscribePush(service.url, push, [OSCEOLA]);
    // The worker may have made it ready by now, from the channel as it was: this one has another mark.
    await service.database.query(
      `UPDATE subscription SET channel_key_id = 'retired', channel =
         set_byte(channel, octet_length(channel) - 1, 255 - get_byte(channel, octet_length(channel) - 1))
       WHERE id = $1`,
      [broken.id],
    );
    const { incidentId, alertId } = await crew.alert();
    await crew.complete(push, alertId);
    expect(ids(whole)).toEqual([alertId]);
    expect(ids(broken)).toEqual([]);
    await crew.complete(push, await crew.clear(incidentId));
    await service.database.query('DELETE FROM subscription WHERE id = $1', [broken.id]);
  });

  /** The first attempts of a delivery are written down; what failed waits for its retry. */
  async function untilSettled(alertId: string): Promise<void> {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const [row] = await service.database.query<{ settled: boolean }>(
        `SELECT bool_and(claim IS NULL AND attempts > 0) AS settled
         FROM delivery_batch WHERE delivery_id = $1`,
        [alertId],
      );
      if (row?.settled) return;
      if (Date.now() > deadline) throw new Error('not settled in time');
      await push.waitFor(() => false, 30).catch(() => undefined);
    }
  }
});
