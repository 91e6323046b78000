import { BatchService } from '../src/delivery/batch.service.js';
import { AudienceService } from '../src/subscriptions/audience.service.js';
import { markOf } from '../src/subscriptions/channel-seal.js';
import { channelOf } from './support/family.js';
import { ask } from './support/graphql.js';
import { HandWorker } from './support/hand-worker.js';
import { UPDATE_SUBSCRIPTION } from './support/operations.js';

/** Between the look at who is in a batch and the look at where they are reached; played by hand. */
describe('a device whose batch was claimed, and its channel not read yet', () => {
  let hand: HandWorker;

  beforeAll(async () => {
    hand = await HandWorker.start();
  }, 60_000);
  afterAll(() => hand.stop());

  const unsubscribe = (token: string) =>
    ask(hand.service.url, 'mutation { unsubscribe }', {}, token);
  const deliver = async (deliveryId: string) =>
    hand.get(BatchService).deliver(await hand.claim(deliveryId));
  const makeDue = (deliveryId: string) =>
    hand.service.database.query(
      'UPDATE delivery_batch SET not_before = NULL WHERE delivery_id = $1',
      [deliveryId],
    );
  const batchesOf = (deliveryId: string) =>
    hand.service.database.query(
      'SELECT pending, told, unsure, gone, failed, claim FROM delivery_batch WHERE delivery_id = $1',
      [deliveryId],
    );
  const missing = (id: string) =>
    hand.service.database.query(
      'SELECT missing_since IS NOT NULL AS missing FROM subscription WHERE id = $1',
      [id],
    );
  const EMPTY = { pending: [], told: [], unsure: [], gone: [], failed: [], claim: null };
  const linesOf = (word: string) => hand.service.log.filter((line) => line.includes(word));

  it('comes with the mark of the channel that it has: whoever has opened that reads nothing', async () => {
    const { id, token } = await hand.subscribe();
    const [[marked], [sealed]] = await Promise.all([
      hand.get(AudienceService).marked([id]),
      hand.get(AudienceService).sealed([id]),
    ]);
    const { channel, ...rest } = sealed!;
    expect(marked).toEqual({ ...rest, mark: markOf(channel) });
    await unsubscribe(token);
  });

  it('has unsubscribed meanwhile, for which nobody calls the operator', async () => {
    const { id, token, device } = await hand.subscribe();
    const { alertId } = await hand.alert();
    const loaded = await hand.claim(alertId);
    await unsubscribe(token);
    await hand.get(BatchService).deliver(loaded);
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, pending: [id] }]);
    expect(linesOf('operator')).toEqual([]);
    await makeDue(alertId);
    await deliver(alertId);
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, gone: [id] }]);
    expect(device.attempts).toBe(0);
  });

  it('is gone when its push service says so of the channel that it has', async () => {
    const { id, token, device } = await hand.subscribe();
    hand.push.behave(device, { kind: 'status', status: 410 });
    const { alertId } = await hand.alert();
    await deliver(alertId);
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, gone: [id] }]);
    expect(await missing(id)).toEqual([{ missing: true }]);
    await unsubscribe(token);
  });

  it('is not taken for gone when it had subscribed anew since its batch was claimed', async () => {
    const { id, token } = await hand.subscribe();
    const { alertId } = await hand.alert();
    const loaded = await hand.claim(alertId);
    const { pushPublicKey } = await ask(hand.service.url, '{ pushPublicKey }');
    const device = hand.push.createDevice(pushPublicKey);
    hand.push.behave(device, { kind: 'status', status: 410 });
    const input = { push: channelOf(device) };
    await ask(hand.service.url, UPDATE_SUBSCRIPTION, { input }, token);
    await hand.get(BatchService).deliver(loaded);
    expect(device.attempts).toBe(1);
    expect(await missing(id)).toEqual([{ missing: false }]);
    await unsubscribe(token);
  });

  it('is told later, once, when the database did not answer', async () => {
    const { id, token, device } = await hand.subscribe();
    const { alertId } = await hand.alert();
    const audience = hand.get(AudienceService);
    audience.sealed = () => Promise.reject(new Error(`no connection for ${id}`));
    await deliver(alertId);
    Reflect.deleteProperty(audience, 'sealed');
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, pending: [id] }]);
    const [told] = linesOf('channels were not read');
    expect(JSON.parse(told!)).toMatchObject({ level: 'warn', count: 1 });
    expect(linesOf('operator')).toEqual([]);
    expect(told).not.toContain(id);
    await makeDue(alertId);
    await deliver(alertId);
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, told: [id] }]);
    expect(device.received.map(({ json }) => json.id)).toEqual([alertId]);
    await unsubscribe(token);
  });
});
