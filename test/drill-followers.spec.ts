import { latLngToCell } from 'h3-js';
import { Keyring } from '../src/platform/keyring.js';
import { drillTagOf, type AreaTag } from '../src/subscriptions/area-tag.js';
import { PushService } from './push-service/push-service.js';
import { Exercise } from './support/exercise.js';
import {
  channelOf,
  connectSocket,
  subscribePush,
  type Area,
  type PushFamily,
  type SocketFamily,
} from './support/family.js';
import { ask } from './support/graphql.js';
import { SUBSCRIBE, UPDATE_SUBSCRIPTION } from './support/operations.js';
import { hire, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

const SCHOOL = '120147007764';
const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };
const CELL = { cell: { h3: latLngToCell(28.2919, -81.4076, 7), radiusKm: 2 } };

describe('drills are asked for', () => {
  let service: TestService;
  let push: PushService;
  let person: Person;
  const open: SocketFamily[] = [];

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    person = await hire(service.url, service.admin, 'DISPATCHER', 'One');
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const start = () => Exercise.start(service.url, person, SCHOOL);
  const phone = (areas: Area[], locale = 'en', drills = true) =>
    subscribePush(service.url, push, areas, locale, drills);
  const ids = ({ device }: PushFamily) => device.received.map(({ json }) => json.id);
  const change = (token: string, input: object) =>
    ask(service.url, UPDATE_SUBSCRIPTION, { input }, token);

  /** The device's drill tags, and what they should be if it takes part. */
  const tags = async ({ id }: { id: string }) => {
    const of = async (table: string) =>
      (
        await service.database.query<{ tag: Buffer }>(
          `SELECT tag FROM ${table} WHERE subscription_id = $1`,
          [id],
        )
      ).map(({ tag }) => tag);
    const keyring = Keyring.from(service.secrets);
    const asHex = (all: Buffer[]) => all.map((tag) => tag.toString('hex')).sort();
    const followed = await of('subscription_area');
    const due = asHex(followed.map((tag) => drillTagOf(keyring, tag as AreaTag)));
    return { drill: asHex(await of('drill_area')), due };
  };
  const takesPart = async (family: { id: string }, areas: number) => {
    const { drill, due } = await tags(family);
    expect(drill).toHaveLength(areas);
    expect(drill).toEqual(areas > 0 ? due : []);
  };

  it('at any time without naming the areas again, and areas change while they are', async () => {
    const family = await phone([OSCEOLA, CELL], 'en', false);
    await takesPart(family, 0);
    await change(family.token, { drills: true });
    await takesPart(family, 2);
    await change(family.token, { locale: 'es', drills: null });
    await takesPart(family, 2);
    await change(family.token, { areas: [ORANGE] });
    await takesPart(family, 1);
    await change(family.token, { areas: [ORANGE, OSCEOLA, { schoolId: SCHOOL }] });
    await takesPart(family, 3);
    const drill = await start();
    const { alertId } = await drill.alert();
    await drill.complete(alertId);
    expect(family.device.received[0]!.json).toMatchObject({ id: alertId, locale: 'es' });
    await drill.end();
    await change(family.token, { areas: [CELL], drills: false });
    await takesPart(family, 0);
    const { mySubscription } = await ask(
      service.url,
      '{ mySubscription { drills areaCount } }',
      {},
      family.token,
    );
    expect(mySubscription).toEqual({ drills: false, areaCount: 1 });
  });

  it('anew by whoever subscribes the same endpoint anew', async () => {
    const family = await phone([OSCEOLA]);
    for (const [drills, areas] of [
      [undefined, 0],
      [true, 1],
      [false, 0],
      [true, 1],
    ] as const) {
      const input = { push: channelOf(family.device), locale: 'en', areas: [CELL], drills };
      const { subscribe } = await ask(service.url, SUBSCRIBE, { input });
      expect(subscribe.subscription.id).toBe(family.id);
      await takesPart(family, areas);
      family.token = subscribe.token;
    }
    await ask(service.url, 'mutation { unsubscribe }', {}, family.token);
    await takesPart(family, 0);
    expect(await tags(family)).toEqual({ drill: [], due: [] });
  });

  it('no more between a drill’s alert and its all-clear: that is told all the same', async () => {
    const family = await phone([OSCEOLA]);
    const gone = await phone([OSCEOLA]);
    const socket = await connectSocket(service.url, { token: family.token });
    open.push(socket);
    await socket.watch({});
    const drill = await start();
    const { incidentId, alertId } = await drill.alert();
    await drill.complete(alertId);
    await socket.until(1);
    await change(family.token, { drills: false });
    await ask(service.url, 'mutation { unsubscribe }', {}, gone.token);
    await socket.watch({});
    const clearId = await drill.clear(incidentId);
    await drill.complete(clearId);
    await socket.until(2);
    expect(ids(family)).toEqual([alertId, clearId]);
    expect(socket.received.map(({ id }) => id)).toEqual([alertId, clearId]);
    expect(ids(gone)).toEqual([alertId]);
    const next = await drill.alert();
    await drill.complete(next.alertId);
    expect(ids(family)).toHaveLength(2);
    await drill.end();
  });
});
