import { once } from 'node:events';
import type { ClientHttp2Session } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { PushService } from './push-service.js';
import type { PushDevice } from './push-service.js';
import { connectTo, makeRequest, open, post } from './spec-client.js';

let service: PushService;
let session: ClientHttp2Session;
let device: PushDevice;

beforeAll(async () => {
  service = await PushService.start();
});
beforeEach(() => {
  session = connectTo(service);
  device = service.createDevice();
});
afterEach(() => {
  session.destroy();
  service.behave('host', { kind: 'accept' });
});
afterAll(() => service.stop());

test.each([404, 410, 413, 500, 401, 400, 403])('answer %i', async (status) => {
  service.behave(device, { kind: 'status', status });
  expect((await post(session, makeRequest(device, '{}'))).status).toBe(status);
  expect(device).toMatchObject({ attempts: 1, received: [] });
});

test('answer 429 with Retry-After, a number of times', async () => {
  service.behave(device, { kind: 'status', status: 429, retryAfterSeconds: 7 }, 2);
  const answers = [];
  for (let n = 0; n < 3; n += 1) answers.push(await post(session, makeRequest(device, '{}')));
  expect(answers.map(({ status }) => status)).toEqual([429, 429, 201]);
  expect(answers.map(({ headers }) => headers['retry-after'])).toEqual(['7', '7', undefined]);
});

test('redirect, with a Location whose use is seen', async () => {
  service.behave(device, { kind: 'status', status: 301 });
  const { headers } = await post(session, makeRequest(device, '{}'));
  const before = service.refusals.length;
  await post(session, { ...makeRequest(device, '{}'), endpoint: headers['location']! });
  expect(service.refusals.slice(before)).toMatchObject([{ reason: 'unknown endpoint' }]);
});

test('behave as a host, where an endpoint has no rule of its own', async () => {
  const other = service.createDevice();
  service.behave('host', { kind: 'status', status: 500 });
  service.behave(device, { kind: 'status', status: 410 }, 1);
  const statuses = [];
  for (const target of [device, device, other]) {
    statuses.push((await post(session, makeRequest(target, '{}'))).status);
  }
  expect(statuses).toEqual([410, 500, 500]);
});

test('hang, until the client gives up', async () => {
  service.behave(device, { kind: 'hang' });
  const giveUp = new AbortController();
  const answer = post(session, makeRequest(device, '{}'), giveUp.signal);
  await service.waitFor(() => device.attempts === 1);
  expect((await post(session, makeRequest(service.createDevice(), '{}'))).status).toBe(201);
  giveUp.abort();
  await expect(answer).rejects.toMatchObject({ code: 'ABORT_ERR' });
  expect(device.received).toEqual([]);
});

test('accept only once something is over', async () => {
  const { promise: when, resolve } = Promise.withResolvers<void>();
  service.behave(device, { kind: 'accept', when });
  const answer = post(session, makeRequest(device, '{}'));
  await service.waitFor(() => device.attempts === 1);
  expect((await post(session, makeRequest(service.createDevice(), '{}'))).status).toBe(201);
  expect(device.received).toEqual([]);
  resolve();
  expect((await answer).status).toBe(201);
  expect(device.received).toHaveLength(1);
});

test('drip, until the client gives up', async () => {
  service.behave(device, { kind: 'drip' });
  const stream = open(session, makeRequest(device, '{}'));
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(201);
  for (let n = 0; n < 3; n += 1) expect(String((await once(stream, 'data'))[0])).toBe('.');
  stream.close();
  await once(stream, 'close');
  expect(device.received).toEqual([]);
});

test('reset the stream and leave the session', async () => {
  service.behave(device, { kind: 'reset' }, 1);
  const answer = post(session, makeRequest(device, '{}'));
  await expect(answer).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
  expect((await post(session, makeRequest(device, '{}'))).status).toBe(201);
});

test('reset the connection of HTTP/1.1', async () => {
  service.behave(device, { kind: 'reset' });
  const { endpoint, headers, body } = makeRequest(device, '{}');
  const ca = service.certificates.caPem;
  const request = httpsRequest(endpoint, { method: 'POST', headers, ca, agent: false });
  request.end(body);
  await expect(once(request, 'response')).rejects.toMatchObject({ code: 'ECONNRESET' });
});
