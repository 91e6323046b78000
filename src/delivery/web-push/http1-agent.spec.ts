import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ORIGIN_LIMITS } from './origin-options.js';
import { SpecOrigin, SpecServer, tally, until } from './spec-origin.js';

const ACCEPTED = { kind: 'accepted' };
const { stallMs } = ORIGIN_LIMITS;

let server: Server;
let spec: SpecOrigin;
let handle: (response: ServerResponse, request: IncomingMessage) => void;
let requests: IncomingMessage[];
let connections: number;

beforeEach(async () => {
  const { keyPem, certPem } = await SpecServer.certificates;
  handle = (response) => response.writeHead(201).end();
  requests = [];
  connections = 0;
  server = createServer({ key: keyPem, cert: certPem }, (request, response) => {
    requests.push(request);
    request.on('error', () => {});
    request.resume().on('end', () => handle(response, request));
  });
  server.on('secureConnection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  spec = await SpecOrigin.to(`https://localhost:${port}`, { maxConcurrent: 4 });
});

afterEach(async () => {
  const closed = spec.origin.close();
  server.closeAllConnections();
  await closed;
  await new Promise((resolve) => server.close(resolve));
});

test('an origin without HTTP/2 is served over kept connections', async () => {
  expect(tally(await spec.sendMany(100))).toEqual({ accepted: 100 });
  expect(await spec.send()).toEqual(ACCEPTED);
  expect(await spec.send()).toEqual(ACCEPTED);
  // one more found out which protocol it is
  expect(connections).toBeLessThanOrEqual(5);
  // Several connections: which request arrives first is chance.
  const { method, url, headers } = requests.find((request) => request.url === '/push/0')!;
  expect({ method, url }).toEqual({ method: 'POST', url: '/push/0' });
  expect(headers).toMatchObject({
    authorization: 'vapid t=token, k=new',
    ttl: '60',
    urgency: 'high',
    topic: 'topic',
    'content-encoding': 'aes128gcm',
    'content-length': '2151',
  });
});

test('the same rules: 410, 429 with its pause, a redirect', async () => {
  handle = (response) => response.writeHead(410).end();
  expect(await spec.send()).toEqual({ kind: 'gone' });
  handle = (response) => response.writeHead(307, { location: '/moved' }).end();
  expect(await spec.send()).toEqual({ kind: 'fault', status: 307 });
  handle = (response) => response.writeHead(429, { 'retry-after': '9' }).end();
  expect(await spec.send()).toEqual({ kind: 'retry', afterMs: 9_000, uncertain: false });
  expect(await spec.send()).toMatchObject({ kind: 'retry' });
  expect(requests).toHaveLength(3);
});

test('a connection that is cut after all was sent is uncertain, the next message has another', async () => {
  handle = (_response, request) => request.socket.destroy();
  expect(tally(await spec.sendMany(3))).toEqual({ 'retry uncertain': 3 });
  handle = (response) => response.writeHead(201).end();
  expect(await spec.send()).toEqual(ACCEPTED);
});

test('a host that hangs fails all that is under way', async () => {
  handle = () => {};
  const sends = spec.sendMany(6);
  await until(() => requests.length === 4);
  spec.now += stallMs;
  expect(tally(await sends)).toEqual({ 'retry uncertain': 4, retry: 2 });
});

test('an answer that is too long is cut, its head included', async () => {
  let cut = 0;
  handle = (response) => {
    response.on('close', () => (cut += 1));
    response.writeHead(201).write(Buffer.alloc(40_000));
  };
  expect(await spec.send()).toEqual(ACCEPTED);
  await until(() => cut === 1);
  handle = (response) => response.writeHead(201, { filler: 'x'.repeat(40_000) }).end();
  expect(tally([await spec.send()])).toEqual({ 'retry uncertain': 1 });
  handle = (response) => response.writeHead(201).end();
  expect(await spec.send()).toEqual(ACCEPTED);
});
