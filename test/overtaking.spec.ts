import { BatchStore } from '../src/delivery/batch.store.js';
import { settle, type Attempt } from '../src/delivery/settlement.js';
import { Database } from '../src/platform/database.js';
import type { PushFamily } from './support/family.js';
import { HandWorker } from './support/hand-worker.js';

/** Three messages of an incident, the second on its way; the workers are played by hand. */
describe('a message that is on its way', () => {
  let hand: HandWorker;
  let slow: PushFamily;
  let quick: PushFamily;

  beforeAll(async () => {
    hand = await HandWorker.start();
    slow = await hand.subscribe();
    quick = await hand.subscribe();
  }, 60_000);
  afterAll(() => hand.stop());

  const claim = async (deliveryId: string) => (await hand.claim(deliveryId)).claim;
  /** Those of a batch have taken the message; the others are still out. */
  const told = (
    deliveryId: string,
    name: string,
    families: PushFamily[],
    out: PushFamily[] = [],
  ) => {
    const attempts = families.map(({ id }): Attempt => {
      return { id, host: 'localhost', keyId: null, outcome: { kind: 'accepted' } };
    });
    const pending = out.map(({ id }) => id);
    const rest = { pending, held: out.length > 0, at: null, now: new Date() };
    return hand
      .get(Database)
      .transaction((tx) =>
        hand
          .get(BatchStore)
          .settle(tx, { deliveryId, ordinal: 0 }, name, settle(attempts, []), rest),
      );
  };
  const batchesOf = async (deliveryId: string) => {
    const rows = await hand.service.database.query<{ pending: string[] }>(
      'SELECT pending FROM delivery_batch WHERE delivery_id = $1 ORDER BY ordinal',
      [deliveryId],
    );
    return rows.map(({ pending }) => pending);
  };

  it('is not overtaken by the end on a device that was told before; others hear it at once', async () => {
    const { incidentId, alertId } = await hand.alert();
    await told(alertId, await claim(alertId), [slow, quick]);
    const updateId = await hand.crew.update(incidentId);
    await hand.plan(updateId);
    const name = await claim(updateId);
    await told(updateId, name, [quick], [slow]);
    const clearId = await hand.crew.clear(incidentId);
    await hand.plan(clearId);
    expect(await batchesOf(clearId)).toEqual([[quick.id]]);
    await told(updateId, name, [slow]);
    await hand.plan(clearId);
    expect(await batchesOf(clearId)).toEqual([[quick.id], [slow.id]]);
  });

  it('is not overtaken on a device that is owed the one before it', async () => {
    const { incidentId } = await hand.alert();
    const updateId = await hand.crew.update(incidentId, 'MORE_AGENTS');
    await hand.plan(updateId);
    const name = await claim(updateId);
    const lastId = await hand.crew.update(incidentId, 'EXTENDED');
    await hand.plan(lastId);
    expect(await batchesOf(lastId)).toEqual([]);
    await told(updateId, name, [slow], [quick]);
    await hand.plan(lastId);
    expect(await batchesOf(lastId)).toEqual([[slow.id]]);
    await told(updateId, name, [quick]);
    await hand.plan(lastId);
    expect(await batchesOf(lastId)).toEqual([[slow.id], [quick.id]]);
  });
});
