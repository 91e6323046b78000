import { createECDH } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { ClientHttp2Session } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect as connectTls } from 'node:tls';
import ece from 'http_ece';
import { decryptBody } from './aes128gcm.js';
import { PushService } from './push-service.js';
import type { PushDevice } from './push-service.js';
import { connectTo, makeRequest, open, post, SUBJECT, vapidKeys } from './spec-client.js';

const vectors = JSON.parse(
  readFileSync(new URL('./vectors/rfc8291_8188_8292_vectors.json', import.meta.url), 'utf8'),
);

let service: PushService;
let session: ClientHttp2Session;
let device: PushDevice;

beforeAll(async () => {
  service = await PushService.start({ vapidPublicKey: vapidKeys.publicKey });
});
beforeEach(() => {
  session = connectTo(service);
  device = service.createDevice();
});
afterEach(() => {
  session.destroy();
});
afterAll(() => service.stop());

test('decrypts the example of RFC 8291', () => {
  const { body, ua_private, auth_secret, plaintext } = vectors.rfc8291;
  const privateKey = createECDH('prime256v1');
  privateKey.setPrivateKey(ua_private, 'base64url');
  const auth = Buffer.from(auth_secret, 'base64url');
  const decrypted = decryptBody(Buffer.from(body, 'base64url'), privateKey, auth);
  expect(decrypted.plaintext.toString()).toBe(plaintext);
  expect(decrypted.paddedBytes).toBe(plaintext.length);
});

describe('an accepted message', () => {
  test('is recorded as the device would see it', async () => {
    const payload = JSON.stringify({ headline: '¿Qué hacer?', incidentId: 'a' });
    const request = makeRequest(device, payload, 'topic-1');
    const answer = await post(session, request);
    expect(answer.status).toBe(201);
    expect(answer.headers['location']).toMatch(`${service.origin}/message/`);
    expect(answer.headers['ttl']).toBe('60');
    expect(device.received).toEqual([
      {
        deviceId: device.id,
        at: expect.any(Number),
        json: { headline: '¿Qué hacer?', incidentId: 'a' },
        plaintextBytes: Buffer.byteLength(payload),
        bodyBytes: request.body.length,
        topic: 'topic-1',
        urgency: 'high',
        ttl: 60,
        vapidSubject: SUBJECT,
        vapidPublicKey: vapidKeys.publicKey,
        vapidAudience: service.origin,
        replaced: false,
      },
    ]);
    expect(service.refusals).toEqual([]);
  });

  test('may be padded', async () => {
    const privateKey = createECDH('prime256v1');
    privateKey.generateKeys();
    const { p256dh: dh, auth: authSecret } = device;
    const body = ece.encrypt(Buffer.from('{"a":1}'), {
      version: 'aes128gcm',
      privateKey,
      dh,
      authSecret,
      pad: 2048 - 7,
    });
    const { headers } = makeRequest(device, '{}');
    headers['content-length'] = String(body.length);
    await post(session, { endpoint: device.endpoint, headers, body });
    expect(device.received[0]).toMatchObject({ json: { a: 1 }, plaintextBytes: 2048 });
    expect(device.received[0]).toMatchObject({ bodyBytes: 2048 + 103 });
  });

  test('replaces an earlier one of the same topic on the same device', async () => {
    const other = service.createDevice();
    for (const topic of ['one', 'one', 'two', undefined, undefined]) {
      await post(session, makeRequest(device, '{}', topic));
    }
    await post(session, makeRequest(other, '{}', 'one'));
    const replaced = device.received.map((message) => message.replaced);
    expect(replaced).toEqual([false, true, false, false, false]);
    expect(other.received[0]?.replaced).toBe(false);
  });

  test('is announced to listeners, after its attempt', async () => {
    const seen: string[] = [];
    const onAttempt = ({ id }: PushDevice) => void (id === device.id && seen.push('attempt'));
    const onMessage = () => void seen.push('message');
    service.on('attempt', onAttempt).on('message', onMessage);
    await post(session, makeRequest(device, '{}'));
    service.off('attempt', onAttempt).off('message', onMessage);
    expect(seen).toEqual(['attempt', 'message']);
  });

  test('may come over HTTP/1.1', async () => {
    const { endpoint, headers, body } = makeRequest(device, '{"over":"1.1"}');
    const ca = service.certificates.caPem;
    const request = httpsRequest(endpoint, { method: 'POST', headers, ca, agent: false });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect([response.httpVersion, response.statusCode]).toEqual(['1.1', 201]);
    response.resume();
    expect(device.received[0]?.json).toEqual({ over: '1.1' });
  });
});

describe('waitFor', () => {
  test('ends at the arrival that makes it true', async () => {
    const two = service.waitFor(() => device.received.length === 2);
    await Promise.all([1, 2].map(() => post(session, makeRequest(device, '{}'))));
    await two;
    await service.waitFor(() => true);
  });

  test('says what it waited for and what came instead', async () => {
    const never = service.waitFor(() => device.received.length === 9, 1);
    await expect(never).rejects.toThrow(/within 1 ms: .*received.*9; \d+ devices, .*attempts/);
  });

  test('rejects with what the predicate throws', async () => {
    const broken = service.waitFor(() => {
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
  });
});

test('goAway ends every session, after its open streams', async () => {
  const before = service.sessions;
  service.behave(device, { kind: 'drip' });
  const stream = open(session, makeRequest(device, '{}'));
  await once(stream, 'response');
  const told = once(session, 'goaway');
  service.goAway();
  await told;
  expect(session.closed).toBe(true);
  await once(stream, 'data');
  stream.close();
  await once(session, 'close');
  session = connectTo(service);
  expect((await post(session, makeRequest(service.createDevice(), '{}'))).status).toBe(201);
  expect(service.sessions).toBe(before + 2);
});

test('a client without the authority refuses the certificate', async () => {
  const { port } = new URL(service.origin);
  const socket = connectTls({ port: Number(port), host: 'localhost' });
  await expect(once(socket, 'secureConnect')).rejects.toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
});

test('stop ends hanging streams, waiters, the port and the certificate file', async () => {
  const stopping = await PushService.start();
  const { caFile, caPem } = stopping.certificates;
  expect(readFileSync(caFile, 'utf8')).toBe(caPem);
  const second = await PushService.start({ certificates: stopping.certificates });
  const [hung, client] = [stopping.createDevice(), connectTo(stopping)];
  stopping.behave('host', { kind: 'hang' });
  const answer = post(client, makeRequest(hung, '{}'));
  const waiting = stopping.waitFor(() => false);
  const failed = Promise.allSettled([answer, waiting]);
  await stopping.waitFor(() => hung.attempts === 1);
  await Promise.all([stopping.stop(), stopping.stop()]);
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(once(connectTo(stopping), 'connect')).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
  expect(existsSync(caFile)).toBe(true);
  await second.stop();
  expect(existsSync(caFile)).toBe(false);
});

test('a port in use is refused, and the authority stays for who uses it', async () => {
  const { port } = new URL(service.origin);
  const { certificates } = service;
  const second = PushService.start({ port: Number(port), certificates });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(existsSync(certificates.caFile)).toBe(true);
});
