import { randomUUID } from 'node:crypto';
import { AlertsWorker } from '../src/alerts/alerts.worker.js';
import { BatchStore } from '../src/delivery/batch.store.js';
import { settle, type Attempt } from '../src/delivery/settlement.js';
import { Database } from '../src/platform/database.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { subscribePush, type PushFamily } from './support/family.js';
import { startService, trust, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };

/** Three messages of an incident, the second on its way; the workers are played by hand. */
describe('a message that is on its way', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;
  let desk: Desk;
  let slow: PushFamily;
  let quick: PushFamily;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService({ environment: { ROLE: 'api' } });
    crew = await Crew.of(service);
    desk = new Desk(service);
    slow = await subscribePush(service.url, push, [OSCEOLA]);
    quick = await subscribePush(service.url, push, [OSCEOLA]);
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
  const inTransaction: Database['transaction'] = (work) => get(Database).transaction(work);
  const claim = async (deliveryId: string) => {
    const name = randomUUID();
    const batch = await inTransaction((tx) =>
      get(BatchStore).claim(tx, { deliveryId, ordinal: 0 }, name),
    );
    if (!batch || batch === 'held') throw new Error('it cannot be claimed');
    return name;
  };
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
    return inTransaction((tx) =>
      get(BatchStore).settle(tx, { deliveryId, ordinal: 0 }, name, settle(attempts, []), rest),
    );
  };
  const batchesOf = async (deliveryId: string) => {
    const rows = await service.database.query<{ pending: string[] }>(
      'SELECT pending FROM delivery_batch WHERE delivery_id = $1 ORDER BY ordinal',
      [deliveryId],
    );
    return rows.map(({ pending }) => pending);
  };

  it('is not overtaken by the end on a device that was told before; others hear it at once', async () => {
    const { incidentId, alertId } = await alert();
    await told(alertId, await claim(alertId), [slow, quick]);
    const updateId = await crew.update(incidentId);
    await plan(updateId);
    const name = await claim(updateId);
    await told(updateId, name, [quick], [slow]);
    const clearId = await crew.clear(incidentId);
    await plan(clearId);
    expect(await batchesOf(clearId)).toEqual([[quick.id]]);
    await told(updateId, name, [slow]);
    await plan(clearId);
    expect(await batchesOf(clearId)).toEqual([[quick.id], [slow.id]]);
  });

  it('is not overtaken on a device that is owed the one before it', async () => {
    const { incidentId } = await alert();
    const updateId = await crew.update(incidentId, 'MORE_AGENTS');
    await plan(updateId);
    const name = await claim(updateId);
    const lastId = await crew.update(incidentId, 'EXTENDED');
    await plan(lastId);
    expect(await batchesOf(lastId)).toEqual([]);
    await told(updateId, name, [slow], [quick]);
    await plan(lastId);
    expect(await batchesOf(lastId)).toEqual([[slow.id]]);
    await told(updateId, name, [quick]);
    await plan(lastId);
    expect(await batchesOf(lastId)).toEqual([[slow.id], [quick.id]]);
  });
});
