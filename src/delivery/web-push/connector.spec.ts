import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { BREAKER_LIMITS } from './breaker.js';
import { Target } from './connection.js';
import { FrameReader, FrameType, PREFACE } from './http2/frames.js';
import { ORIGIN_LIMITS } from './origin-options.js';
import { answer, heldFor, SpecOrigin, SpecServer, tally, until } from './spec-origin.js';

const { stallMs } = ORIGIN_LIMITS;
const { silenceMs } = BREAKER_LIMITS;

let spec: SpecOrigin;
let server: SpecServer;
let silent: Server;
const sockets: { destroy(): void }[] = [];

async function listen(onConnection: (socket: { destroy(): void }) => void): Promise<string> {
  silent = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  return `https://localhost:${(silent.address() as AddressInfo).port}`;
}

afterEach(async () => {
  await spec.origin.close();
  sockets.splice(0).forEach((socket) => socket.destroy());
  if (silent?.listening) await new Promise((resolve) => silent.close(resolve));
});

test('accepts and says nothing: stalls, is not uncertain', async () => {
  spec = await SpecOrigin.to(await listen(() => {}));
  const sends = spec.sendMany(5);
  await until(() => sockets.length === 1);
  spec.now += stallMs;
  expect(tally(await sends)).toEqual({ retry: 5 });
  expect(await spec.send()).toEqual(heldFor(silenceMs));
  expect(sockets).toHaveLength(1);
});

test('agrees on HTTP/2 and says nothing: asked no more than any peer takes', async () => {
  const { keyPem: key, certPem: cert } = await SpecServer.certificates;
  const heard: Buffer[] = [];
  let isEnded = false;
  const mute = createTlsServer({ key, cert, ALPNProtocols: ['h2'] }, (socket) => {
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    socket.on('error', () => {}).on('close', () => (isEnded = true));
  });
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const requests = () => {
    const frames = new FrameReader().read(Buffer.concat(heard).subarray(PREFACE.length));
    return [...frames].filter(({ type }) => type === FrameType.headers).length;
  };
  spec = await SpecOrigin.to(`https://localhost:${(mute.address() as AddressInfo).port}`);
  const sends = spec.sendMany(300);
  await until(() => requests() >= 100);
  spec.now += stallMs;
  // whose body found room in a window of 64 KiB
  expect(tally(await sends)).toEqual({ retry: 270, 'retry uncertain': 30 });
  await until(() => isEnded);
  expect(requests()).toBe(100);
  await new Promise((resolve) => mute.close(resolve));
});

test('closes before TLS', async () => {
  spec = await SpecOrigin.to(await listen((socket) => socket.destroy()));
  expect(tally(await spec.sendMany(5))).toEqual({ retry: 5 });
  expect(sockets).toHaveLength(1);
});

test('refused', async () => {
  const origin = await listen(() => {});
  await new Promise((resolve) => silent.close(resolve));
  spec = await SpecOrigin.to(origin);
  expect(tally(await spec.sendMany(5))).toEqual({ retry: 5 });
  expect(await spec.send()).toEqual(heldFor(silenceMs));
  expect(spec.answers).toHaveLength(5);
});

test('a name that does not exist', async () => {
  spec = await SpecOrigin.to('https://push.invalid');
  expect(tally(await spec.sendMany(2))).toEqual({ retry: 2 });
});

test('a certificate of nobody we trust', async () => {
  server = await SpecServer.start({}, (stream) => answer(stream, 201));
  spec = await SpecOrigin.to(server.origin, {}, false);
  expect(tally(await spec.sendMany(2))).toEqual({ retry: 2 });
  expect(server.paths).toEqual([]);
  await server.stop();
});

test.each(['localhost', '127.0.0.1', '[::1]', '[::ffff:7f00:1]'])(
  '%s is not public: never connected to, the operator is told',
  async (host) => {
    const { port } = new URL(await listen(() => {}));
    spec = new SpecOrigin(new Target(`https://${host}:${port}`, { allowPrivate: false }));
    expect(await spec.sendMany(2)).toContainEqual({ kind: 'fault', status: 0 });
    expect(spec.faults).toEqual([{ host, status: 0 }]);
    expect(await spec.send()).toMatchObject({ kind: 'retry', uncertain: false });
    expect(sockets).toHaveLength(0);
  },
);
