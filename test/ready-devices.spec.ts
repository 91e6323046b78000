import { freshSecrets } from '../src/platform/secrets.js';
import { PushService, type PushDevice } from './push-service/push-service.js';
import { startChild, type ChildService } from './support/child-service.js';
import { Crew } from './support/crew.js';
import { channelOf, subscribePush, type PushFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { UPDATE_SUBSCRIPTION } from './support/operations.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };

/** A worker of its own, with its sending thread, which makes devices ready while nothing is sent. */
describe('devices that a worker has made ready', () => {
  const secrets = freshSecrets();
  let database: TestDatabase;
  let push: PushService;
  let service: TestService;
  let worker: ChildService;
  let crew: Crew;
  let incidentId: string;
  /** Made ready, and as it was when it is sent to. */
  let same: PushFamily;
  /** Made ready, and then it subscribes anew: its browser gave it another endpoint. */
  let moved: PushFamily;
  let movedTo: PushDevice;
  /** Subscribes when the others are ready. */
  let late: PushFamily;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    database = await createTestDatabase();
    service = await startService({ database, secrets, environment: { ROLE: 'api' } });
    crew = await Crew.of(service);
    [same, moved] = [await subscribe(), await subscribe()];
    worker = await startChild({
      ...{ DATABASE_URL: database.url, ...secrets, ROLE: 'worker', PUSH_ALLOW_PRIVATE: '1' },
      NODE_EXTRA_CA_CERTS: push.certificates.caFile,
    });
  }, 60_000);
  afterAll(async () => {
    await worker.stop('SIGKILL');
    await service.close();
    await database.drop();
    await push.stop();
  });

  const subscribe = () => subscribePush(service.url, push, [OSCEOLA]);
  const areReady = (devices: number) =>
    until(async () => {
      const metrics = await (await fetch(`${worker.url}/metrics`)).text();
      return metrics.includes(`\ncampana_keys_ahead ${devices}\n`);
    }, `${devices} devices made ready`);
  const seen = ({ received }: PushDevice) => received.map(({ json }) => json.id);

  it('are told where they are reached now, like those that were not made ready', async () => {
    await areReady(2);
    const { pushPublicKey } = await ask(service.url, '{ pushPublicKey }');
    movedTo = push.createDevice(pushPublicKey);
    const input = { push: channelOf(movedTo) };
    await ask(service.url, UPDATE_SUBSCRIPTION, { input }, moved.token);
    late = await subscribe();
    const issued = await crew.alert();
    incidentId = issued.incidentId;
    const delivery = await crew.complete(push, issued.alertId);
    expect(delivery).toMatchObject({ audience: 3, accepted: 3, gone: 0, failed: 0 });
    for (const device of [same.device, movedTo, late.device])
      expect(seen(device)).toEqual([issued.alertId]);
    expect(moved.device.attempts).toBe(0);
  });

  it('are made ready again, those alone that still subscribe, and are told the end once', async () => {
    await areReady(3);
    await ask(service.url, 'mutation { unsubscribe }', {}, late.token);
    const clearId = await crew.clear(incidentId);
    expect(await crew.complete(push, clearId)).toMatchObject({
      ...{ audience: 3, accepted: 2, gone: 1 },
    });
    for (const device of [same.device, movedTo]) expect(seen(device).slice(1)).toEqual([clearId]);
    expect(moved.device.attempts).toBe(0);
    expect(late.device.attempts).toBe(1);
    await areReady(2);
    expect(push.refusals).toEqual([]);
    expect(worker.lines.filter((line) => line.includes('operator'))).toEqual([]);
  });
});
