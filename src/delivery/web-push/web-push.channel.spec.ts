import { jest } from '@jest/globals';
import { createECDH, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { inspect } from 'node:util';
import webPush from 'web-push';
import type { Outcome, PushAddress } from '../channel.js';
import { BODY_BYTES } from './message-encryption.js';
import { pushUrl } from './push-url.js';
import { answer, SpecServer, tally, until } from './spec-origin.js';
import type { WebPushOptions } from './web-push.channel.js';
import { WebPushChannel } from './web-push.channel.js';

const CANARY = 'canary-of-a-family';
const NEVER_SENT = { kind: 'fault', status: 0 };
const SUBJECT = { subject: 'mailto:push@example.com' };
const current = { ...webPush.generateVAPIDKeys(), ...SUBJECT };
const previous = { ...webPush.generateVAPIDKeys(), ...SUBJECT };
const vapid = new Map([
  ['new', current],
  ['old', previous],
]);

let server: SpecServer;
let channel: WebPushChannel;
let now: number;
let handle: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
const told: unknown[] = [];

async function open(options: Partial<WebPushOptions> = {}) {
  const { caPem } = await SpecServer.certificates;
  return new WebPushChannel({
    vapid,
    allowPrivate: true,
    ca: caPem,
    clock: () => now,
    onFault: (fault) => told.push(fault),
    onAnswer: (settled) => told.push(settled),
    ...options,
  });
}

beforeEach(async () => {
  now = Date.now();
  told.length = 0;
  handle = (stream) => answer(stream, 201);
  server = await SpecServer.start({ maxConcurrentStreams: 100 }, (stream, headers) =>
    handle(stream, headers),
  );
  channel = await open();
});

afterEach(async () => {
  const closed = channel.close();
  server.cut();
  await closed;
  await server.stop();
});

function device(endpoint = `${server.origin}/push/${CANARY}?q=${CANARY}`): PushAddress {
  const p256dh = createECDH('prime256v1').generateKeys();
  return { url: pushUrl(endpoint), p256dh, auth: randomBytes(16), vapidKeyId: 'new' };
}

function envelope({ bytes = 700, lifeMs = 90_500, topic = 'incident' } = {}) {
  return { payload: Buffer.alloc(bytes, 'x'), topic, expires: new Date(now + lifeMs) };
}

test('what leaves: the headers of RFC 8030, 8188 and 8292, and a body of one length', async () => {
  const seen: { headers: IncomingHttpHeaders; bytes: number }[] = [];
  handle = (stream, headers) => {
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    stream.on('end', () => {
      seen.push({ headers, bytes });
      answer(stream, 201);
    });
  };
  for (const bytes of [0, 1, 700, 2048]) {
    expect(await channel.send(device(), envelope({ bytes }), 0)).toEqual({ kind: 'accepted' });
  }
  expect(seen.map(({ bytes }) => bytes)).toEqual(Array(4).fill(BODY_BYTES));
  expect(seen[0]!.headers).toMatchObject({
    ':method': 'POST',
    ':path': `/push/${CANARY}?q=${CANARY}`,
    ':authority': new URL(server.origin).host,
    ttl: '90',
    urgency: 'high',
    topic: 'incident',
    'content-encoding': 'aes128gcm',
    'content-length': String(BODY_BYTES),
  });
  const tokens = new Set(seen.map(({ headers }) => headers.authorization));
  expect(tokens.size).toBe(1);
  expect([...tokens][0]).toMatch(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=[\w-]{87}$/);
  expect(server.sessions).toHaveLength(1);
});

test('nothing is sent in the last second before expires, or after it', async () => {
  for (const lifeMs of [999, 0, -1, NaN]) {
    expect(await channel.send(device(), envelope({ lifeMs }), 0)).toEqual({ kind: 'expired' });
  }
  expect(await channel.send(device(), envelope({ lifeMs: 1_000 }), 0)).toEqual({
    kind: 'accepted',
  });
  expect(server.paths).toHaveLength(1);
});

test('what cannot be sent is a fault with status 0, and harms nobody else', async () => {
  const { origin, port } = server;
  const good = device();
  const endpoints = ['', 'not a URL', `http://localhost:${port}/`, 'ftp://localhost/', 'data:,x'];
  endpoints.push(`https://user@localhost:${port}/`, `https://:pass@localhost:${port}/`);
  for (const endpoint of endpoints) {
    expect(await channel.send({ ...good, url: pushUrl(endpoint) }, envelope(), 0)).toEqual(
      NEVER_SENT,
    );
  }
  expect(await channel.send(good, envelope({ bytes: 2049 }), 0)).toEqual(NEVER_SENT);
  for (const topic of ['', 'line\nbreak', 'x'.repeat(33)]) {
    expect(await channel.send(good, envelope({ topic }), 0)).toEqual(NEVER_SENT);
  }
  for (const p256dh of [Buffer.alloc(0), Buffer.alloc(65), Buffer.alloc(65, 4)]) {
    expect(await channel.send({ ...good, p256dh }, envelope(), 0)).toEqual(NEVER_SENT);
  }
  expect(await channel.send({ ...good, auth: Buffer.alloc(15) }, envelope(), 0)).toEqual(
    NEVER_SENT,
  );
  expect(server.paths).toHaveLength(0);
  expect(await channel.send(device(`${origin}/push/1`), envelope(), 0)).toEqual({
    kind: 'accepted',
  });
});

test('each device is written to with the key it subscribed with', async () => {
  const seen: (string | undefined)[] = [];
  handle = (stream, headers) => {
    seen.push(headers.authorization?.split('k=')[1]);
    answer(stream, 201);
  };
  for (const vapidKeyId of ['old', 'new', 'old'])
    await channel.send({ ...device(), vapidKeyId }, envelope(), 0);
  expect(seen).toEqual([previous.publicKey, current.publicKey, previous.publicKey]);
  expect(server.sessions).toHaveLength(1);
});

test('a device of a key that is not given is never sent to, and costs nobody else anything', async () => {
  for (const vapidKeyId of ['retired', 'retired', 'retired', '', null])
    expect(await channel.send({ ...device(), vapidKeyId }, envelope(), 0)).toEqual({
      ...NEVER_SENT,
      cause: 'retired-key',
    });
  expect(server.paths).toHaveLength(0);
  expect(told).toEqual([]);
  expect(await channel.send(device(), envelope(), 0)).toEqual({ kind: 'accepted' });
});

test('a private address is refused unless it is allowed', async () => {
  const careful = await open({ allowPrivate: false });
  expect(await careful.send(device(), envelope(), 0)).toEqual(NEVER_SENT);
  const literal = device(`https://127.1:${server.port}/push/1`);
  expect(await careful.send(literal, envelope(), 0)).toEqual(NEVER_SENT);
  await careful.close();
  expect(server.paths).toHaveLength(0);
});

test('a host that hangs does not hold up another', async () => {
  const other = await SpecServer.start({}, (stream) => answer(stream, 201));
  handle = () => {};
  const hung = channel.send(device(), envelope(), 0);
  await until(() => server.paths.length === 1);
  const served = await channel.send(device(`${other.origin}/push/1`), envelope(), 0);
  expect(served).toEqual({ kind: 'accepted' });
  now += 3_000;
  expect(await hung).toMatchObject({ kind: 'retry', uncertain: true });
  await other.stop();
});

test('nothing secret in any outcome or callback, nor in the channel itself', async () => {
  const address = device();
  const outcomes: Outcome[] = [];
  const statuses = [201, 307, 400, 401, 403, 404, 410, 413, 429, 503];
  for (const status of statuses) {
    handle = (stream) => answer(stream, status);
    outcomes.push(await channel.send(address, envelope(), 0));
    now += 120_000;
  }
  handle = (stream) => stream.on('end', () => stream.session!.destroy());
  outcomes.push(await channel.send(address, envelope(), 0));
  outcomes.push(await channel.send({ ...address, p256dh: Buffer.alloc(65) }, envelope(), 0));
  expect(outcomes).toHaveLength(told.filter((event) => 'outcome' in (event as object)).length);
  expect(told).toContainEqual({ host: 'localhost', status: 403, keyId: 'new' });
  const shown = inspect([outcomes, told, channel], { depth: Infinity, showHidden: true });
  const { auth, p256dh } = address;
  for (const secret of [
    CANARY,
    current.privateKey,
    previous.privateKey,
    ...[auth, p256dh].map((b) => b.toString('hex')),
  ]) {
    expect(shown).not.toContain(secret);
  }
});

test('bad VAPID keys are refused at the start', async () => {
  const withOld = (change: object) => new Map([...vapid, ['old', { ...previous, ...change }]]);
  await expect(open({ vapid: withOld({ privateKey: 'short' }) })).rejects.toThrow(/private key/i);
  await expect(open({ vapid: withOld({ subject: 'nobody' }) })).rejects.toThrow(/subject/i);
});

test('while it is held nothing is begun, also of what waits; what is under way settles', async () => {
  const streams = 100;
  const late: ServerHttp2Stream[] = [];
  handle = (stream) => late.push(stream);
  const sent = Array.from({ length: streams + 50 }, () => channel.send(device(), envelope(), 0));
  await until(() => late.length === streams);
  channel.hold(true);
  sent.push(channel.send(device(), envelope(), 0));
  for (const stream of late) answer(stream, 201);
  expect(tally(await Promise.all(sent))).toEqual({ accepted: streams, retry: 51 });
  expect(server.paths).toHaveLength(streams);
  handle = (stream) => answer(stream, 201);
  channel.hold(false);
  expect(await channel.send(device(), envelope(), 0)).toEqual({ kind: 'accepted' });
});

test('after close nothing is sent', async () => {
  await channel.send(device(), envelope(), 0);
  await channel.close();
  await until(() => server.connections === 0);
  expect(await channel.send(device(), envelope(), 0)).toMatchObject({ kind: 'retry' });
  expect(server.paths).toHaveLength(1);
});

test('an origin that was not used for minutes is closed, and opened again when needed', async () => {
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'performance', 'setImmediate', 'nextTick', 'queueMicrotask'],
  });
  try {
    const idle = await open();
    await idle.send(device(), envelope(), 0);
    now += 170_000;
    jest.advanceTimersByTime(60_000);
    expect(server.connections).toBe(1);
    now += 10_000;
    await until(() => {
      jest.advanceTimersByTime(60_000);
      return server.connections === 0;
    });
    await idle.send(device(), envelope(), 0);
    expect(server.sessions).toHaveLength(2);
    await idle.close();
    await until(() => jest.getTimerCount() === 0);
  } finally {
    jest.useRealTimers();
  }
});
