import webPush from 'web-push';
import type { Envelope, Outcome } from '../src/delivery/channel.js';
import { MAX_PAYLOAD_BYTES } from '../src/delivery/channel.js';
import type { Fault } from '../src/delivery/web-push/origin-options.js';
import { pushUrl } from '../src/delivery/web-push/push-url.js';
import { WebPushChannel } from '../src/delivery/web-push/web-push.channel.js';
import type { PushDevice } from './push-service/push-service.js';
import { PushService } from './push-service/push-service.js';

const SUBJECT = 'mailto:operator@campana.example';
const vapid = { ...webPush.generateVAPIDKeys(), subject: SUBJECT };
const previous = { ...webPush.generateVAPIDKeys(), subject: SUBJECT };
const KEYS = new Map([
  ['new', vapid],
  ['old', previous],
]);
const ACCEPTED = { kind: 'accepted' };

let service: PushService;
let channel: WebPushChannel;
/** How far the channel's clock is ahead. */
let ahead: number;
let faults: Fault[];

beforeEach(async () => {
  service = await PushService.start({ vapidPublicKey: vapid.publicKey });
  ahead = 0;
  faults = [];
  channel = new WebPushChannel({
    vapid: KEYS,
    allowPrivate: true,
    ca: service.certificates.caPem,
    clock: () => Date.now() + ahead,
    onFault: (fault) => faults.push(fault),
  });
});

afterEach(async () => {
  await service.stop();
  await channel.close();
});

function envelope(headline: string, lifeMs = 600_000): Envelope {
  const payload = Buffer.from(JSON.stringify({ headline }));
  return { payload, topic: 'incident-1', expires: new Date(Date.now() + ahead + lifeMs) };
}

function send(
  device: PushDevice,
  message = envelope('Se observó actividad'),
  vapidKeyId = 'new',
): Promise<Outcome> {
  const { endpoint } = device;
  const [p256dh, auth] = [device.p256dh, device.auth].map((key) => Buffer.from(key, 'base64url'));
  return channel.send(
    { url: pushUrl(endpoint), p256dh: p256dh!, auth: auth!, vapidKeyId },
    message,
    0,
  );
}

test('500 devices decrypt the same message, over one session, all bodies of one length', async () => {
  const devices = Array.from({ length: 500 }, () => service.createDevice());
  const message = envelope('Se observó actividad');
  const outcomes = await Promise.all(devices.map((device) => send(device, message)));
  expect(outcomes).toEqual(Array(500).fill(ACCEPTED));
  for (const { received } of devices) {
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      json: { headline: 'Se observó actividad' },
      plaintextBytes: MAX_PAYLOAD_BYTES,
      topic: 'incident-1',
      urgency: 'high',
      vapidSubject: vapid.subject,
      vapidAudience: service.origin,
    });
    expect(received[0]!.ttl).toBeLessThanOrEqual(600);
    expect(received[0]!.ttl).toBeGreaterThan(500);
  }
  expect(service.refusals).toEqual([]);
  expect(service.sessions).toBe(1);
});

test.each([
  [404, { kind: 'missing' }],
  [410, { kind: 'gone' }],
  [413, { kind: 'fault', status: 413 }],
  [401, { kind: 'fault', status: 401 }],
  [307, { kind: 'fault', status: 307 }],
  [500, { kind: 'retry', afterMs: expect.any(Number), uncertain: false }],
])('%d for one device, and another is served', async (status, outcome) => {
  const [bad, good] = [service.createDevice(), service.createDevice()];
  service.behave(bad, { kind: 'status', status });
  expect(await send(bad)).toEqual(outcome);
  expect(await send(good)).toEqual(ACCEPTED);
  expect(bad.attempts).toBe(1);
  expect(service.refusals).toEqual([]);
});

test('429 pauses its host, and no other', async () => {
  const other = await PushService.start({ certificates: service.certificates });
  const [first, second] = [service.createDevice(), service.createDevice()];
  service.behave(first, { kind: 'status', status: 429, retryAfterSeconds: 30 });
  expect(await send(first)).toEqual({ kind: 'retry', afterMs: 30_000, uncertain: false });
  expect(await send(second)).toMatchObject({ kind: 'retry', uncertain: false });
  expect(second.attempts).toBe(0);
  expect(await send(other.createDevice())).toEqual(ACCEPTED);
  ahead += 30_000;
  expect(await send(second)).toEqual(ACCEPTED);
  await other.stop();
});

test('a wrong VAPID key: every device stays, the operator is told once', async () => {
  const strict = await PushService.start({
    certificates: service.certificates,
    vapidPublicKey: webPush.generateVAPIDKeys().publicKey,
  });
  const devices = Array.from({ length: 10 }, () => strict.createDevice());
  const outcomes = await Promise.all(devices.map((device) => send(device)));
  expect(outcomes).toEqual(Array(10).fill({ kind: 'fault', status: 403 }));
  expect(faults).toEqual([{ host: 'localhost', status: 403, keyId: 'new' }]);
  expect(await send(devices[0]!)).toMatchObject({ kind: 'retry', uncertain: false });
  await strict.stop();
});

test('after a rotation each device is reached with its own key, over one session', async () => {
  const message = envelope('Se observó actividad');
  const signedWith = async (keyId: string) => {
    const device = service.createDevice(KEYS.get(keyId)!.publicKey);
    expect(await send(device, message, keyId)).toEqual(ACCEPTED);
    return device.received[0]!.vapidPublicKey;
  };
  const keys = await Promise.all(['old', 'new', 'old', 'new'].map(signedWith));
  expect(keys).toEqual([previous, vapid, previous, vapid].map(({ publicKey }) => publicKey));
  expect(service.sessions).toBe(1);
});

test('a key that is refused holds back its own devices, and none of another', async () => {
  const message = envelope('Se observó actividad');
  const stranger = webPush.generateVAPIDKeys().publicKey;
  const old = Array.from({ length: 10 }, () => service.createDevice(stranger));
  const refused = await Promise.all(old.map((device) => send(device, message, 'old')));
  expect(refused).toEqual(Array(10).fill({ kind: 'fault', status: 403 }));
  expect(faults).toEqual([{ host: 'localhost', status: 403, keyId: 'old' }]);
  expect(await send(old[0]!, message, 'old')).toMatchObject({ kind: 'retry', uncertain: false });
  expect(await send(service.createDevice())).toEqual(ACCEPTED);
});

test('a host that hangs costs another host nothing', async () => {
  const hung = await PushService.start({ certificates: service.certificates });
  hung.behave('host', { kind: 'hang' });
  const device = hung.createDevice();
  const waiting = send(device);
  await hung.waitFor(() => device.attempts === 1);
  expect(await send(service.createDevice())).toEqual(ACCEPTED);
  ahead += 3_000;
  expect(await waiting).toMatchObject({ kind: 'retry', uncertain: true });
  await hung.stop();
});

test('a stream that is reset is uncertain, an answer that drips is known by its status', async () => {
  const device = service.createDevice();
  service.behave(device, { kind: 'reset' }, 1);
  expect(await send(device)).toMatchObject({ kind: 'retry' });
  service.behave(device, { kind: 'drip', status: 410 }, 1);
  expect(await send(device)).toEqual({ kind: 'gone' });
  expect(await send(device)).toEqual(ACCEPTED);
  expect(service.sessions).toBe(1);
});

test('GOAWAY in the middle of 300 messages loses none', async () => {
  const devices = Array.from({ length: 300 }, () => service.createDevice());
  let accepted = 0;
  service.on('message', () => {
    accepted += 1;
    if (accepted === 50) service.goAway();
  });
  const outcomes = await Promise.all(devices.map((device) => send(device)));
  expect(outcomes).toEqual(Array(300).fill(ACCEPTED));
  expect(devices.map(({ received }) => received.length)).toEqual(Array(300).fill(1));
  expect(service.sessions).toBe(2);
});
