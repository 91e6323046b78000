import { randomUUID } from 'node:crypto';
import { AlertsWorker } from '../src/alerts/alerts.worker.js';
import { BatchService } from '../src/delivery/batch.service.js';
import { BatchStore } from '../src/delivery/batch.store.js';
import { Database } from '../src/platform/database.js';
import { AudienceService } from '../src/subscriptions/audience.service.js';
import { markOf } from '../src/subscriptions/channel-seal.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { channelOf, subscribePush } from './support/family.js';
import { ask } from './support/graphql.js';
import { UPDATE_SUBSCRIPTION } from './support/operations.js';
import { startService, trust, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };

/** Between the look at who is in a batch and the look at where they are reached; played by hand. */
describe('a device whose batch was claimed, and its channel not read yet', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  let desk: Desk;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService({ environment: { ROLE: 'api' } });
    crew = await Crew.of(service);
    desk = new Desk(service);
  }, 60_000);
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const get: <T>(token: new (...args: never[]) => T) => T = (token) =>
    service.service.app.get(token);
  const subscribe = () => subscribePush(service.url, push, [OSCEOLA]);
  const unsubscribe = (token: string) => ask(service.url, 'mutation { unsubscribe }', {}, token);
  const alert = async () => {
    const { alertId } = await crew.alert({ location: desk.spot() });
    await get(AlertsWorker).fan(alertId);
    return alertId;
  };
  const claim = async (deliveryId: string) => {
    const [key, name] = [{ deliveryId, ordinal: 0 }, randomUUID()];
    const [store, database] = [get(BatchStore), get(Database)];
    const claimedAt = performance.now();
    const batch = await database.transaction((tx) => store.claim(tx, key, name));
    if (!batch || batch === 'held') throw new Error('it cannot be claimed');
    const devices = await get(AudienceService).marked(batch.pending);
    const { payloads } = await store.words(database.reader, deliveryId);
    return { key, claim: name, claimedAt, batch, devices, payloads };
  };
  const deliver = async (deliveryId: string) => get(BatchService).deliver(await claim(deliveryId));
  const makeDue = (deliveryId: string) =>
    service.database.query('UPDATE delivery_batch SET not_before = NULL WHERE delivery_id = $1', [
      deliveryId,
    ]);
  const batchesOf = (deliveryId: string) =>
    service.database.query(
      'SELECT pending, told, unsure, gone, failed, claim FROM delivery_batch WHERE delivery_id = $1',
      [deliveryId],
    );
  const missing = (id: string) =>
    service.database.query(
      'SELECT missing_since IS NOT NULL AS missing FROM subscription WHERE id = $1',
      [id],
    );
  const EMPTY = { pending: [], told: [], unsure: [], gone: [], failed: [], claim: null };
  const linesOf = (word: string) => service.log.filter((line) => line.includes(word));

  it('comes with the mark of the channel that it has: whoever has opened that reads nothing', async () => {
    const { id, token } = await subscribe();
    const [[marked], [sealed]] = await Promise.all([
      get(AudienceService).marked([id]),
      get(AudienceService).sealed([id]),
    ]);
    const { channel, ...rest } = sealed!;
    expect(marked).toEqual({ ...rest, mark: markOf(channel) });
    await unsubscribe(token);
  });

  it('has unsubscribed meanwhile, for which nobody calls the operator', async () => {
    const { id, token, device } = await subscribe();
    const alertId = await alert();
    const loaded = await claim(alertId);
    await unsubscribe(token);
    await get(BatchService).deliver(loaded);
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, pending: [id] }]);
    expect(linesOf('operator')).toEqual([]);
    await makeDue(alertId);
    await deliver(alertId);
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, gone: [id] }]);
    expect(device.attempts).toBe(0);
  });

  it('is gone when its push service says so of the channel that it has', async () => {
    const { id, token, device } = await subscribe();
    push.behave(device, { kind: 'status', status: 410 });
    const alertId = await alert();
    await deliver(alertId);
    expect(await batchesOf(alertId)).toEqual([{ ...EMPTY, gone: [id] }]);
    expect(await missing(id)).toEqual([{ missing: true }]);
    await unsubscribe(token);
  });

  it('is not taken for gone when it had subscribed anew since its batch was claimed', async () => {
    const { id, token } = await subscribe();
    const alertId = await alert();
    const loaded = await claim(alertId);
    const { pushPublicKey } = await ask(service.url, '{ pushPublicKey }');
    const device = push.createDevice(pushPublicKey);
    push.behave(device, { kind: 'status', status: 410 });
    const input = { push: channelOf(device) };
    await ask(service.url, UPDATE_SUBSCRIPTION, { input }, token);
    await get(BatchService).deliver(loaded);
    expect(device.attempts).toBe(1);
    expect(await missing(id)).toEqual([{ missing: false }]);
    await unsubscribe(token);
  });

  it('is told later, once, when the database did not answer', async () => {
    const { id, token, device } = await subscribe();
    const alertId = await alert();
    const audience = get(AudienceService);
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
