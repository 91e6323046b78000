import { BatchService, type Loaded } from '../src/delivery/batch.service.js';
import { BatchStore } from '../src/delivery/batch.store.js';
import { settle, type Attempt } from '../src/delivery/settlement.js';
import { Database } from '../src/platform/database.js';
import type { PushFamily } from './support/family.js';
import { HandWorker } from './support/hand-worker.js';

/** Longer than a claim is believed without being renewed. */
const LONG_MS = 13_000;

/** What became of a batch while its worker waited, or was dead; the workers are played by hand. */
describe('a batch that was claimed long ago', () => {
  let hand: HandWorker;
  let store: BatchStore;
  let family: PushFamily;

  beforeAll(async () => {
    hand = await HandWorker.start();
    store = hand.get(BatchStore);
    family = await hand.subscribe();
  }, 60_000);
  afterAll(() => hand.stop());

  const lapse = (deliveryId: string) =>
    hand.service.database.query(
      `UPDATE delivery_batch SET claimed_until = now() - interval '1 second' WHERE delivery_id = $1`,
      [deliveryId],
    );
  const batchesOf = (deliveryId: string) =>
    hand.service.database.query<Record<string, unknown>>(
      'SELECT pending, told, claim FROM delivery_batch WHERE delivery_id = $1 ORDER BY ordinal',
      [deliveryId],
    );
  const jobsOf = (deliveryId: string) =>
    hand.service.database.query(
      `SELECT FROM pgboss.job WHERE name = 'delivery-batch' AND data->>'deliveryId' = $1`,
      [deliveryId],
    );
  const deliver = (loaded: Loaded) => hand.get(BatchService).deliver(loaded);

  it('is sent by whoever took it over, and not by its first worker as well', async () => {
    const { alertId } = await hand.alert();
    const waiting = await hand.claim(alertId, LONG_MS);
    await lapse(alertId);
    const { claim: other } = await hand.claim(alertId);
    const { attempts } = family.device;
    await deliver(waiting);
    expect(family.device.attempts).toBe(attempts);
    expect(await batchesOf(alertId)).toEqual([{ pending: [family.id], told: [], claim: other }]);
  });

  it('is not sent once its message was replaced, and nobody is told the end of it', async () => {
    const { incidentId, alertId } = await hand.alert();
    const waiting = await hand.claim(alertId, LONG_MS);
    const clearId = await hand.crew.clear(incidentId);
    const { attempts } = family.device;
    await deliver(waiting);
    await hand.plan(clearId);
    expect(family.device.attempts).toBe(attempts);
    expect(await batchesOf(clearId)).toEqual([]);
  });

  it('is given back, with a job, when nobody took it over', async () => {
    const { alertId } = await hand.alert();
    const waiting = await hand.claim(alertId, LONG_MS);
    await lapse(alertId);
    await deliver(waiting);
    expect(await batchesOf(alertId)).toEqual([{ pending: [family.id], told: [], claim: null }]);
    expect(await jobsOf(alertId)).toHaveLength(1);
  });

  it('is sent when it is still its worker’s', async () => {
    const { alertId } = await hand.alert();
    await deliver(await hand.claim(alertId, LONG_MS));
    expect(await batchesOf(alertId)).toEqual([{ pending: [], told: [family.id], claim: null }]);
    expect(family.device.received.at(-1)!.json.id).toBe(alertId);
  });

  it('is left as it is when its worker lost it while it sent all of it', async () => {
    const { alertId } = await hand.alert();
    const slow = await hand.claim(alertId);
    await lapse(alertId);
    const { claim: other } = await hand.claim(alertId);
    await deliver(slow);
    expect(family.device.received.at(-1)!.json.id).toBe(alertId);
    expect(await batchesOf(alertId)).toEqual([{ pending: [family.id], told: [], claim: other }]);
    expect(await hand.crew.delivery(alertId)).toMatchObject({ accepted: 0, pending: 1 });
    const hosts = 'SELECT FROM delivery_host WHERE delivery_id = $1';
    expect(await hand.service.database.query(hosts, [alertId])).toEqual([]);
  });

  it('stays lost when its worker comes back late', async () => {
    const { alertId } = await hand.alert();
    const { key, claim: name } = await hand.claim(alertId);
    const renewed = () => hand.get(Database).transaction((tx) => store.renew(tx, key, name));
    expect(await renewed()).toBe(true);
    await lapse(alertId);
    expect(await renewed()).toBe(false);
  });

  it('may have been sent by a worker that died: all of it is told the end', async () => {
    const { incidentId, alertId } = await hand.alert();
    await hand.claim(alertId);
    await lapse(alertId);
    const { key, claim: name } = await hand.claim(alertId);
    // The next worker is turned away: that says nothing about what the first one had sent.
    const outcome = { kind: 'retry', afterMs: 300_000, uncertain: false } as const;
    const attempts: Attempt[] = [{ id: family.id, host: 'h', keyId: 'k', outcome }];
    const now = new Date();
    const at = new Date(now.getTime() + 300_000);
    const later = { pending: [family.id], held: false, at, now };
    await hand
      .get(Database)
      .transaction((tx) => store.settle(tx, key, name, settle(attempts, []), later));
    const clearId = await hand.crew.clear(incidentId);
    await hand.plan(clearId);
    expect(await batchesOf(clearId)).toMatchObject([{ pending: [family.id] }]);
  });

  it('cannot be there while eight have stragglers out: until one settles none is claimed', async () => {
    const { promise: when, resolve: answer } = Promise.withResolvers<void>();
    hand.push.behave(family.device, { kind: 'accept', when });
    const ids: string[] = [];
    while (ids.length < 8) ids.push((await hand.alert()).alertId);
    const isRoom = () =>
      Promise.race([
        hand
          .get(BatchService)
          .room()
          .then(() => true),
        nextTurn(false),
      ]);
    await Promise.all(ids.slice(1).map(async (id) => deliver(await hand.claim(id))));
    expect(await isRoom()).toBe(true);
    await deliver(await hand.claim(ids[0]!));
    expect(await isRoom()).toBe(false);
    answer();
    await hand.get(BatchService).room();
    hand.push.behave(family.device, { kind: 'accept' });
  });
});

const nextTurn = <T>(value: T): Promise<T> =>
  new Promise((resolve) => setImmediate(() => resolve(value)));
