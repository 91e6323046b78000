import { randomUUID } from 'node:crypto';
import { AlertsWorker } from '../src/alerts/alerts.worker.js';
import { BatchService, type Loaded } from '../src/delivery/batch.service.js';
import { BatchStore } from '../src/delivery/batch.store.js';
import { settle, type Attempt } from '../src/delivery/settlement.js';
import { Database } from '../src/platform/database.js';
import { AudienceService } from '../src/subscriptions/audience.service.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { subscribePush, type PushFamily } from './support/family.js';
import { startService, trust, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };
/** Longer than a claim is believed without being renewed. */
const LONG_MS = 13_000;

/** What became of a batch while its worker waited, or was dead; the workers are played by hand. */
describe('a batch that was claimed long ago', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  let desk: Desk;
  let store: BatchStore;
  let family: PushFamily;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService({ environment: { ROLE: 'api' } });
    crew = await Crew.of(service);
    desk = new Desk(service);
    store = get(BatchStore);
    family = await subscribePush(service.url, push, [OSCEOLA]);
  }, 60_000);
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const get: <T>(token: new (...args: never[]) => T) => T = (token) =>
    service.service.app.get(token);
  const plan = (alertId: string) => get(AlertsWorker).fan(alertId);
  const alert = async () => {
    const issued = await crew.alert({ location: desk.spot() });
    await plan(issued.alertId);
    return issued;
  };
  const claim = async (deliveryId: string, waitedMs = 0): Promise<Loaded> => {
    const [key, name] = [{ deliveryId, ordinal: 0 }, randomUUID()];
    const claimedAt = performance.now() - waitedMs;
    const batch = await get(Database).transaction((tx) => store.claim(tx, key, name));
    if (!batch || batch === 'held') throw new Error('it cannot be claimed');
    const devices = await get(AudienceService).marked(batch.pending);
    const { payloads } = await store.words(get(Database).reader, deliveryId);
    return { key, claim: name, claimedAt, batch, devices, payloads };
  };
  const lapse = (deliveryId: string) =>
    service.database.query(
      `UPDATE delivery_batch SET claimed_until = now() - interval '1 second' WHERE delivery_id = $1`,
      [deliveryId],
    );
  const batchesOf = (deliveryId: string) =>
    service.database.query<Record<string, unknown>>(
      'SELECT pending, told, claim FROM delivery_batch WHERE delivery_id = $1 ORDER BY ordinal',
      [deliveryId],
    );
  const jobsOf = (deliveryId: string) =>
    service.database.query(
      `SELECT FROM pgboss.job WHERE name = 'delivery-batch' AND data->>'deliveryId' = $1`,
      [deliveryId],
    );
  const deliver = (loaded: Loaded) => get(BatchService).deliver(loaded);

  it('is sent by whoever took it over, and not by its first worker as well', async () => {
    const { alertId } = await alert();
    const waiting = await claim(alertId, LONG_MS);
    await lapse(alertId);
    const { claim: other } = await claim(alertId);
    const { attempts } = family.device;
    await deliver(waiting);
    expect(family.device.attempts).toBe(attempts);
    expect(await batchesOf(alertId)).toEqual([{ pending: [family.id], told: [], claim: other }]);
  });

  it('is not sent once its message was replaced, and nobody is told the end of it', async () => {
    const { incidentId, alertId } = await alert();
    const waiting = await claim(alertId, LONG_MS);
    const clearId = await crew.clear(incidentId);
    const { attempts } = family.device;
    await deliver(waiting);
    await plan(clearId);
    expect(family.device.attempts).toBe(attempts);
    expect(await batchesOf(clearId)).toEqual([]);
  });

  it('is given back, with a job, when nobody took it over', async () => {
    const { alertId } = await alert();
    const waiting = await claim(alertId, LONG_MS);
    await lapse(alertId);
    await deliver(waiting);
    expect(await batchesOf(alertId)).toEqual([{ pending: [family.id], told: [], claim: null }]);
    expect(await jobsOf(alertId)).toHaveLength(1);
  });

  it('is sent when it is still its worker’s', async () => {
    const { alertId } = await alert();
    await deliver(await claim(alertId, LONG_MS));
    expect(await batchesOf(alertId)).toEqual([{ pending: [], told: [family.id], claim: null }]);
    expect(family.device.received.at(-1)!.json.id).toBe(alertId);
  });

  it('stays lost when its worker comes back late', async () => {
    const { alertId } = await alert();
    const { key, claim: name } = await claim(alertId);
    const renewed = () => get(Database).transaction((tx) => store.renew(tx, key, name));
    expect(await renewed()).toBe(true);
    await lapse(alertId);
    expect(await renewed()).toBe(false);
  });

  it('may have been sent by a worker that died: all of it is told the end', async () => {
    const { incidentId, alertId } = await alert();
    await claim(alertId);
    await lapse(alertId);
    const { key, claim: name } = await claim(alertId);
    // The next worker is turned away: that says nothing about what the first one had sent.
    const outcome = { kind: 'retry', afterMs: 300_000, uncertain: false } as const;
    const attempts: Attempt[] = [{ id: family.id, host: 'h', keyId: 'k', outcome }];
    const now = new Date();
    const at = new Date(now.getTime() + 300_000);
    const later = { pending: [family.id], held: false, at, now };
    await get(Database).transaction((tx) =>
      store.settle(tx, key, name, settle(attempts, []), later),
    );
    const clearId = await crew.clear(incidentId);
    await plan(clearId);
    expect(await batchesOf(clearId)).toMatchObject([{ pending: [family.id] }]);
  });

  it('cannot be there while eight have stragglers out: until one settles none is claimed', async () => {
    const { promise: when, resolve: answer } = Promise.withResolvers<void>();
    push.behave(family.device, { kind: 'accept', when });
    const ids: string[] = [];
    while (ids.length < 8) ids.push((await alert()).alertId);
    const isRoom = () =>
      Promise.race([
        get(BatchService)
          .room()
          .then(() => true),
        nextTurn(false),
      ]);
    await Promise.all(ids.slice(1).map(async (id) => deliver(await claim(id))));
    expect(await isRoom()).toBe(true);
    await deliver(await claim(ids[0]!));
    expect(await isRoom()).toBe(false);
    answer();
    await get(BatchService).room();
    push.behave(family.device, { kind: 'accept' });
  });
});

const nextTurn = <T>(value: T): Promise<T> =>
  new Promise((resolve) => setImmediate(() => resolve(value)));
