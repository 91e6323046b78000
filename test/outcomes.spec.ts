import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { channelOf, subscribePush, type PushFamily } from './support/family.js';
import { ask, send } from './support/graphql.js';
import { UPDATE_SUBSCRIPTION } from './support/operations.js';
import { until } from './support/until.js';
import { startService, trust, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };

/** What becomes of a device by what its push service answers, on a network of its own each time. */
describe('outcomes', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
  });
  afterAll(() => push.stop());
  beforeEach(async () => {
    service = await startService();
    crew = await Crew.of(service);
  });
  afterEach(() => service.close());

  const families = (count: number, at = push) =>
    Promise.all(Array.from({ length: count }, () => subscribePush(service.url, at, [OSCEOLA])));
  const subscribes = async ({ token }: PushFamily) =>
    !(await send(service.url, '{ mySubscription { id } }', {}, token)).errors;
  const told = (all: PushFamily[]) => all.filter(({ device }) => device.received.length > 0).length;
  const metric = async (line: string) =>
    (await (await fetch(`${service.url}/metrics`)).text()).includes(line);
  const inMissing = (family: PushFamily) =>
    service.database.query<{ missing_since: string | null }>(
      'SELECT missing_since::text FROM subscription WHERE id = $1',
      [family.id],
    );

  it('201: told once, padded, urgent, and not beyond its time', async () => {
    const [one] = await families(1);
    const { alertId } = await crew.alert({}, { expiresInMinutes: 30 });
    const delivery = await crew.complete(push, alertId);
    expect(delivery).toMatchObject({ audience: 1, accepted: 1, gone: 0, failed: 0, pending: 0 });
    expect(delivery.firstAcceptedAt).toBe(delivery.lastAcceptedAt);
    const [message] = one!.device.received;
    expect(message).toMatchObject({ urgency: 'high', json: { id: alertId, locale: 'en' } });
    expect(message!.ttl).toBeGreaterThan(29 * 60);
    expect(message!.ttl).toBeLessThanOrEqual(30 * 60);
    expect(message!.bodyBytes).toBe(16 + 4 + 1 + 65 + 2048 + 1 + 16);
  });

  it.each([
    ['zh-TW', 'zh-Hans'],
    ['fil-PH', 'tl'],
    ['de', 'en'],
  ])('a phone set to %s is told in %s', async (tag, locale) => {
    const { device } = await subscribePush(service.url, push, [OSCEOLA], tag);
    const { alertId } = await crew.alert();
    await crew.complete(push, alertId);
    expect(device.received).toMatchObject([{ json: { id: alertId, locale } }]);
  });

  it('410: gone, and deleted', async () => {
    const all = await families(6);
    push.behave(all[0]!.device, { kind: 'status', status: 410 });
    const { alertId } = await crew.alert();
    expect(await crew.complete(push, alertId)).toMatchObject({ accepted: 5, gone: 1 });
    await until(async () => !(await subscribes(all[0]!)));
    expect(await subscribes(all[1]!)).toBe(true);
  });

  it('410 of an endpoint that was renewed before all was sent: kept, and told of the next', async () => {
    const [renewing, lost, late] = (await families(3)) as [PushFamily, PushFamily, PushFamily];
    for (const { device } of [renewing, lost]) push.behave(device, { kind: 'status', status: 410 });
    push.behave(late.device, { kind: 'status', status: 503, retryAfterSeconds: 3 }, 1);
    const { alertId } = await crew.alert();
    await until(async () => (await crew.delivery(alertId)).gone === 2);
    const device = push.createDevice(renewing.device.vapidPublicKey);
    const input = { push: channelOf(device) };
    await ask(service.url, UPDATE_SUBSCRIPTION, { input }, renewing.token);
    await crew.complete(push, alertId);
    await until(async () => !(await subscribes(lost)));
    expect(await subscribes(renewing)).toBe(true);
    await crew.complete(push, (await crew.alert({ location: ELSEWHERE[0] })).alertId);
    expect(told([{ ...renewing, device }])).toBe(1);
  });

  it('404: kept, and deleted only when a day later it is 404 again', async () => {
    const all = await families(6);
    const [lost, found] = all as [PushFamily, PushFamily];
    for (const { device } of [lost, found]) push.behave(device, { kind: 'status', status: 404 });
    await crew.complete(push, (await crew.alert()).alertId);
    expect(await subscribes(lost)).toBe(true);
    expect((await inMissing(lost))[0]!.missing_since).not.toBeNull();
    await crew.complete(push, (await crew.alert({ location: ELSEWHERE[0] })).alertId);
    expect(await subscribes(lost)).toBe(true);
    await service.database.query(
      'UPDATE subscription SET missing_since = missing_since - 2 WHERE missing_since IS NOT NULL',
    );
    push.behave(found.device, { kind: 'accept' });
    await crew.complete(push, (await crew.alert({ location: ELSEWHERE[1] })).alertId);
    await until(async () => !(await subscribes(lost)));
    expect(await subscribes(found)).toBe(true);
    expect((await inMissing(found))[0]!.missing_since).toBeNull();
  });

  it('more than a fifth of a host gone: nobody is deleted, the operator is told', async () => {
    const all = await families(12);
    for (const { device } of all.slice(0, 3)) push.behave(device, { kind: 'status', status: 410 });
    const { alertId } = await crew.alert();
    expect(await crew.complete(push, alertId)).toMatchObject({ accepted: 9, gone: 3 });
    await until(() => metric('operator_calls_total{reason="too-many-gone"} 1'));
    for (const family of all) expect(await subscribes(family)).toBe(true);
    expect(service.log.some((line) => line.includes('nobody deleted'))).toBe(true);
  });

  it('429: waits as told, for that host only', async () => {
    const other = await PushService.start({ certificates: push.certificates });
    const [slow] = await families(1);
    const quick = await families(3, other);
    push.behave('host', { kind: 'status', status: 429, retryAfterSeconds: 2 }, 1);
    const { alertId } = await crew.alert();
    await other.waitFor(() => told(quick) === 3);
    expect(told([slow!])).toBe(0);
    const delivery = await crew.complete(push, alertId);
    expect(delivery).toMatchObject({ accepted: 4, failed: 0 });
    const waited = slow!.device.received[0]!.at - quick[0]!.device.received[0]!.at;
    expect(waited).toBeGreaterThan(1_500);
    await other.stop();
  });

  it.each([500, 503])('%i: tried again until it is taken', async (status) => {
    const [one] = await families(1);
    push.behave(one!.device, { kind: 'status', status }, 2);
    const { alertId } = await crew.alert();
    await crew.complete(push, alertId);
    expect(one!.device.attempts).toBe(3);
    expect(one!.device.received).toHaveLength(1);
  });

  it.each([400, 401, 403])('%i: our fault; kept, tried later, deleted never', async (status) => {
    const all = await families(4);
    for (const { device } of all) push.behave(device, { kind: 'status', status });
    const { alertId } = await crew.alert();
    await push.waitFor(() => all.every(({ device }) => device.attempts > 0));
    await until(() => metric('operator_calls_total{reason="push-refused"} 1'));
    expect(await crew.delivery(alertId)).toMatchObject({ accepted: 0, gone: 0, pending: 4 });
    for (const family of all) expect(await subscribes(family)).toBe(true);
  });

  it.each([413, 301])('%i: our fault and not to be mended; failed, kept', async (status) => {
    const [one] = await families(1);
    push.behave(one!.device, { kind: 'status', status });
    const { alertId } = await crew.alert();
    expect(await crew.complete(push, alertId)).toMatchObject({ failed: 1, gone: 0 });
    expect(one!.device.attempts).toBe(1);
    expect(await subscribes(one!)).toBe(true);
  });

  it.each(['hang', 'reset'] as const)(
    '%s: holds up no other host, and is tried again',
    async (kind) => {
      const other = await PushService.start({ certificates: push.certificates });
      const stuck = await families(3);
      const quick = await families(3, other);
      for (const { device } of stuck) push.behave(device, { kind }, 1);
      const { alertId } = await crew.alert();
      await other.waitFor(() => told(quick) === 3, 2_000);
      await crew.complete(push, alertId);
      expect(told(stuck)).toBe(3);
      await other.stop();
    },
  );

  it('stops at its expiry', async () => {
    const [one] = await families(1);
    push.behave(one!.device, { kind: 'status', status: 500 });
    const { alertId } = await crew.alert();
    await service.database.query(
      `UPDATE delivery SET expires = now() + interval '2 seconds' WHERE id = $1`,
      [alertId],
    );
    expect(await crew.complete(push, alertId)).toMatchObject({ accepted: 0, failed: 1 });
    const { attempts } = one!.device;
    push.behave(one!.device, { kind: 'accept' });
    expect(one!.device.received).toHaveLength(0);
    expect(one!.device.attempts).toBe(attempts);
  });
});

/** Near the first place, and far enough to be incidents of their own. */
const ELSEWHERE = [
  { latitude: 28.3019, longitude: -81.4176 },
  { latitude: 28.2819, longitude: -81.3976 },
];
