import type { ClientHttp2Session } from 'node:http2';
import { PushService } from './push-service.js';
import type { PushDevice } from './push-service.js';
import { connectTo, makeRequest, makeSigner, post, SUBJECT, vapidKeys } from './spec-client.js';
import type { PushRequest, Signer } from './spec-client.js';
import { VapidVerifier } from './vapid.js';

const DAY_SECONDS = 86_400;

let open: PushService;
let locked: PushService;
let session: ClientHttp2Session;
let lockedSession: ClientHttp2Session;
let device: PushDevice;
let signer: Signer;

beforeAll(async () => {
  open = await PushService.start();
  locked = await PushService.start({
    certificates: open.certificates,
    vapidPublicKey: vapidKeys.publicKey,
  });
  session = connectTo(open);
  lockedSession = connectTo(locked);
  device = open.createDevice();
  signer = await makeSigner();
});
afterAll(async () => {
  session.destroy();
  lockedSession.destroy();
  await Promise.all([open.stop(), locked.stop()]);
});
afterEach(() => open.refusals.splice(0));

/** The answer's status and the row it left. */
async function refusal(request: PushRequest) {
  const { status } = await post(session, request);
  expect(open.refusals).toHaveLength(1);
  expect(open.refusals[0]?.status).toBe(status);
  expect(device.received).toEqual([]);
  return open.refusals[0];
}

function changed(headers: Record<string, string | undefined>, body?: Buffer): PushRequest {
  const request = makeRequest(device, '{"a":1}');
  Object.assign(request.headers, headers);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) delete request.headers[name];
  }
  if (body === undefined) return request;
  request.headers['content-length'] = String(body.length);
  return { ...request, body };
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

async function signed(claims: Record<string, unknown>): Promise<PushRequest> {
  const good = { aud: open.origin, exp: inSeconds(3600), sub: SUBJECT };
  const token = await signer.sign({ ...good, ...claims });
  return changed({ authorization: `vapid t=${token}, k=${signer.publicKey}` });
}

describe('headers', () => {
  test.each([
    ['TTL missing', { ttl: undefined }],
    ['TTL is not a non-negative integer', { ttl: '-1' }],
    ['TTL is not a non-negative integer', { ttl: '1.5' }],
    ['Topic is not 1 to 32 characters of base64url', { topic: 'a'.repeat(33) }],
    ['Topic is not 1 to 32 characters of base64url', { topic: 'a+b' }],
    ['Urgency is not one of very-low, low, normal, high', { urgency: 'now' }],
    ['Content-Encoding is not aes128gcm', { 'content-encoding': undefined }],
    ['Content-Encoding is not aes128gcm', { 'content-encoding': 'aesgcm' }],
  ])('%s: %j', async (reason, headers) => {
    expect(await refusal(changed(headers))).toEqual({ reason, status: 400, deviceId: device.id });
  });

  test('the longest topic and no urgency are fine', async () => {
    const request = changed({ topic: 'a'.repeat(32), urgency: undefined, ttl: '0' });
    expect((await post(session, request)).status).toBe(201);
    expect(device.received.splice(0)).toMatchObject([{ ttl: 0, urgency: undefined }]);
  });

  test('another method', async () => {
    const request = changed({ ':method': 'PUT' });
    expect(await refusal(request)).toMatchObject({
      status: 405,
      reason: 'method is PUT, not POST',
    });
  });

  test('an endpoint nobody was given', async () => {
    const endpoint = `${open.origin}/push/AAAAAAAAAAAAAAAAAAAAAA`;
    const { deviceId, ...rest } = (await refusal({ ...changed({}), endpoint }))!;
    expect(rest).toEqual({ reason: 'unknown endpoint', status: 404 });
    expect(deviceId).toBeUndefined();
  });
});

describe('VAPID', () => {
  test('signed here as it should be', async () => {
    for (const exp of [inSeconds(1000), inSeconds(DAY_SECONDS)]) {
      expect((await post(session, await signed({ exp }))).status).toBe(201);
    }
    expect(device.received.splice(0)).toHaveLength(2);
  });

  test.each<[string, () => Record<string, unknown>]>([
    ['wrong aud', () => ({ aud: locked.origin })],
    ['aud missing', () => ({ aud: undefined })],
    ['token expired', () => ({ exp: inSeconds(-1) })],
    ['exp missing', () => ({ exp: undefined })],
    ['exp is more than 24 hours ahead', () => ({ exp: inSeconds(DAY_SECONDS + 5) })],
    ['sub missing', () => ({ sub: undefined })],
    ['sub is not a mailto: or https: URL', () => ({ sub: 'operator@campana.example' })],
    ['sub is not a mailto: or https: URL', () => ({ sub: 'http://campana.example' })],
  ])('%s', async (reason, claims) => {
    const row = await refusal(await signed(claims()));
    expect(row).toEqual({ reason: `vapid: ${reason}`, status: 401, deviceId: device.id });
  });

  test('a signature by another key', async () => {
    const { publicKey } = await makeSigner();
    const { headers } = await signed({});
    const [token] = headers['authorization']!.split(', ');
    const request = changed({ authorization: `${token}, k=${publicKey}` });
    expect(await refusal(request)).toMatchObject({ status: 401, reason: 'vapid: bad signature' });
  });

  test('another algorithm', async () => {
    const none = `${btoa('{"alg":"none"}').replaceAll('=', '')}.${btoa('{}').replaceAll('=', '')}.`;
    const request = changed({ authorization: `vapid t=${none}, k=${signer.publicKey}` });
    expect(await refusal(request)).toMatchObject({ status: 401 });
  });

  test.each<[string, string | undefined]>([
    ['Authorization missing', undefined],
    ['scheme is not vapid', 'WebPush abc'],
    ['t or k missing', 'vapid t=abc'],
    ['k is not a P-256 public key', 'vapid t=abc, k=abc'],
    ['k is not a P-256 public key', `vapid t=abc, k=BA${'A'.repeat(85)}`],
  ])('%s: %s', async (reason, authorization) => {
    const row = await refusal(changed({ authorization }));
    expect(row).toMatchObject({ status: 401, reason: `vapid: ${reason}` });
  });

  test('a key that is not the one the device subscribed with', async () => {
    const token = await signer.sign({ aud: locked.origin, exp: inSeconds(60), sub: SUBJECT });
    const authorization = `vapid t=${token}, k=${signer.publicKey}`;
    const targets = [locked.createDevice(), locked.createDevice(signer.publicKey)];
    const statuses = [];
    for (const headers of [{}, { authorization }, {}, { authorization }]) {
      for (const target of targets) {
        const request = makeRequest(target, '{}');
        Object.assign(request.headers, headers);
        statuses.push((await post(lockedSession, request)).status);
      }
    }
    // Also when the header is known to be good.
    expect(statuses).toEqual([201, 403, 403, 201, 201, 403, 403, 201]);
    const keys = targets.map(({ received }) => received.map((message) => message.vapidPublicKey));
    expect(keys).toEqual([
      [vapidKeys.publicKey, vapidKeys.publicKey],
      [signer.publicKey, signer.publicKey],
    ]);
    expect(new Set(locked.refusals.map(({ reason }) => reason))).toEqual(
      new Set(['vapid: k is not the key of this subscription']),
    );
  });

  test('a header once good is good again, until it expires', async () => {
    let now = Date.now();
    const verifier = new VapidVerifier(open.origin, () => now);
    const { authorization } = (await signed({ exp: inSeconds(60) })).headers;
    const claims = await verifier.verify(authorization);
    expect(await verifier.verify(authorization)).toBe(claims);
    now += 61_000;
    await expect(verifier.verify(authorization)).rejects.toThrow('vapid: token expired');
  });
});

describe('the body', () => {
  const flipped = (at: number) => {
    const { body } = makeRequest(device, '{"a":1}');
    body.writeUInt8(body.readUInt8(at) ^ 1, at);
    return body;
  };

  test.each<[string, () => Buffer]>([
    ['body is not aes128gcm: only 0 bytes', () => Buffer.alloc(0)],
    ['body is not aes128gcm: only 102 bytes', () => Buffer.alloc(102)],
    ['body is not aes128gcm: keyid is not', () => Buffer.alloc(200)],
    ['body is not one record: rs is 24', () => makeSmallRecord()],
    ['body is not decryptable', () => flipped(0)],
    ['body is not decryptable', () => flipped(50)],
    ['body is not decryptable', () => flipped(100)],
    ['body is not decryptable', () => makeRequest(open.createDevice(), '{}').body],
    ['plaintext is not a JSON object', () => makeRequest(device, 'hello').body],
    ['plaintext is not a JSON object', () => makeRequest(device, '[1]').body],
    ['plaintext is not a JSON object', () => makeRequest(device, Buffer.of(0xff)).body],
  ])('%s', async (reason, body) => {
    const row = await refusal(changed({}, body()));
    expect(row).toMatchObject({ status: 400, reason: expect.stringMatching(reason) });
  });

  function makeSmallRecord(): Buffer {
    const { body } = makeRequest(device, '{"a":1}');
    body.writeUInt32BE(24, 16);
    return body;
  }

  test('of 4096 bytes is fine, of 4097 too large', async () => {
    const fits = makeRequest(device, '{}'.padEnd(4096 - 103));
    expect(fits.body).toHaveLength(4096);
    expect((await post(session, fits)).status).toBe(201);
    expect(device.received.splice(0)).toHaveLength(1);
    const row = await refusal(makeRequest(device, '{}'.padEnd(4097 - 103)));
    expect(row).toMatchObject({ status: 413, reason: 'body is over 4096 bytes' });
  });
});

test('a malformed request is refused whatever the service was told to answer', async () => {
  open.behave(device, { kind: 'status', status: 500 }, 1);
  expect(await refusal(changed({ ttl: undefined }))).toMatchObject({ status: 400 });
});

test('one host does not take the header made for another', async () => {
  const target = locked.createDevice();
  const request = makeRequest(target, '{}');
  request.headers['authorization'] = changed({}).headers['authorization']!;
  const before = locked.refusals.length;
  expect((await post(lockedSession, request)).status).toBe(401);
  expect(locked.refusals.slice(before)).toMatchObject([{ reason: 'vapid: wrong aud' }]);
});
