import webPush from 'web-push';
import { freshSecrets } from '../src/platform/secrets.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { subscribePush, type PushFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { UPDATE_SUBSCRIPTION } from './support/operations.js';
import { PLACES } from './support/staff.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };

type Pair = ReturnType<typeof webPush.generateVAPIDKeys>;

/**
 * The operator rotates the VAPID key while an incident is on: three starts on one database, one
 * story. Its push service answers 403 to any key but the one a device subscribed with.
 */
describe('a rotation of the push key', () => {
  const secrets = freshSecrets();
  const A: Pair = { publicKey: secrets.VAPID_PUBLIC_KEY, privateKey: secrets.VAPID_PRIVATE_KEY };
  const B: Pair = webPush.generateVAPIDKeys();
  let database: TestDatabase;
  let push: PushService;
  let service: TestService;
  let crew: Crew;
  /** Told under A; follows another district by the time it is over. */
  let early: PushFamily;
  /** Subscribes under B. */
  let late: PushFamily;
  let incidentId: string;
  let alertId: string;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    database = await createTestDatabase();
    service = await startService({ database, secrets });
    crew = await Crew.of(service);
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
    await push.stop();
  });

  async function restart(current: Pair, previous: Pair[]): Promise<void> {
    await service.close();
    service = await startService({
      database,
      secrets: {
        ...secrets,
        ...{ VAPID_PUBLIC_KEY: current.publicKey, VAPID_PRIVATE_KEY: current.privateKey },
      },
      environment: {
        VAPID_PREVIOUS_KEYS: previous
          .map(({ publicKey, privateKey }) => `${publicKey}:${privateKey}`)
          .join(','),
      },
    });
    crew = crew.at(service);
  }

  const seen = (family: PushFamily) =>
    family.device.received.map(({ json, vapidPublicKey }) => [json.id, vapidPublicKey]);
  const mine = async ({ token }: PushFamily) =>
    (await ask(service.url, '{ mySubscription { id renewPush } }', {}, token)).mySubscription;
  const operatorCalls = async () =>
    [
      ...(await (await fetch(`${service.url}/metrics`)).text()).matchAll(
        /operator_calls_total\{reason="([\w-]+)"\} (\d+)/g,
      ),
    ].map(([, reason, count]) => [reason, Number(count)]);

  it('begins with a family that is told under the first key, and then moves on', async () => {
    early = await subscribePush(service.url, push, [OSCEOLA]);
    ({ incidentId, alertId } = await crew.alert());
    await crew.complete(push, alertId);
    expect(seen(early)).toEqual([[alertId, A.publicKey]]);
    await ask(service.url, UPDATE_SUBSCRIPTION, { input: { areas: [ORANGE] } }, early.token);
  });

  it('lets exactly those who were told hear the end, each under its own key', async () => {
    await restart(B, [A]);
    late = await subscribePush(service.url, push, [OSCEOLA, ORANGE]);
    const clearId = await crew.clear(incidentId);
    expect(await crew.complete(push, clearId)).toMatchObject({ audience: 1, accepted: 1 });
    expect(seen(early).slice(1)).toEqual([[clearId, A.publicKey]]);
    expect(seen(late)).toEqual([]);
  });

  it('lets a new alert reach both, and asks the older device to subscribe anew', async () => {
    const next = await crew.alert({ location: PLACES.orlando });
    expect(await crew.complete(push, next.alertId)).toMatchObject({ audience: 2, accepted: 2 });
    expect(seen(early).at(-1)).toEqual([next.alertId, A.publicKey]);
    expect(seen(late)).toEqual([[next.alertId, B.publicKey]]);
    expect([await mine(early), await mine(late)]).toEqual([
      { id: early.id, renewPush: true },
      { id: late.id, renewPush: false },
    ]);
    expect(push.refusals).toEqual([]);
    expect(await operatorCalls()).toEqual([]);
  });

  it('without the first key sends its devices nothing, keeps them, and says so', async () => {
    await restart(B, []);
    const { attempts } = early.device;
    const last = await crew.alert({ location: PLACES.apopka });
    // Sooner than any wait for a push service that refuses.
    await push.waitFor(() => late.device.received.at(-1)?.json.id === last.alertId, 3_000);
    expect(await crew.complete(push, last.alertId)).toMatchObject({
      ...{ audience: 2, accepted: 1, failed: 1, gone: 0 },
    });
    expect(seen(late).at(-1)).toEqual([last.alertId, B.publicKey]);
    expect(early.device.attempts).toBe(attempts);
    expect(push.refusals).toEqual([]);
    expect(await mine(early)).toEqual({ id: early.id, renewPush: true });
    expect(await operatorCalls()).toEqual([['retired-vapid-key', 1]]);
    const told = service.log.filter((line) => line.includes('retired-vapid-key'));
    expect(told.map((line) => JSON.parse(line))).toMatchObject([{ level: 'error', count: 1 }]);
    expect(told.join()).not.toContain(early.device.id);
  });

  it('leaves no record of who was told: what was to be forgotten outlives the starts', async () => {
    const recorded = async () =>
      (
        await database.query(
          `SELECT FROM delivery_batch JOIN delivery ON delivery.id = delivery_id
           WHERE incident_id = $1`,
          [incidentId],
        )
      ).length;
    expect(await recorded()).toBeGreaterThan(0);
    await database.query('UPDATE delivery SET expires = now() WHERE incident_id = $1', [
      incidentId,
    ]);
    await database.query(
      `UPDATE pgboss.job SET start_after = now() WHERE name = 'delivery-forget'`,
    );
    await until(async () => (await recorded()) === 0, 'forgetting');
  });

  it('serves the device again once it has subscribed anew', async () => {
    const { pushPublicKey } = await ask(service.url, '{ pushPublicKey }');
    expect(pushPublicKey).toBe(B.publicKey);
    const device = push.createDevice(pushPublicKey);
    const { endpoint, p256dh, auth } = device;
    const input = { push: { endpoint, p256dh, auth } };
    await ask(service.url, UPDATE_SUBSCRIPTION, { input }, early.token);
    expect(await mine(early)).toEqual({ id: early.id, renewPush: false });
    const { alertId } = await crew.alert({ location: AGAIN });
    await crew.complete(push, alertId);
    expect(seen({ ...early, device })).toEqual([[alertId, B.publicKey]]);
  });
});

/** In Orange County too, and far enough from the others to be an incident of its own. */
const AGAIN = { latitude: 28.4384, longitude: -81.4789 };
