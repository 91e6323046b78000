import { readFileSync } from 'node:fs';
import { connect, type ClientHttp2Session } from 'node:http2';
import { once } from 'node:events';
import webPush from 'web-push';
import { encrypt } from '../../src/delivery/web-push/message-encryption.js';
import type { Device } from '../support/devices.js';
import { serveRounds } from '../support/peer.js';
import type { PeerSetup } from './peer-setup.js';

/** Streams at once: what the sink allows. */
const STREAMS = 128;

/** All that is not sending done before: bodies encrypted, one bare `node:http2` session. */
serveRounds(async ({ devicesFile, origin, payload, vapid }: PeerSetup) => {
  const devices = JSON.parse(readFileSync(devicesFile, 'utf8')) as Device[];
  const bodies = devices.map(({ p256dh, auth }) =>
    encrypt(
      { p256dh: Buffer.from(p256dh, 'base64url'), auth: Buffer.from(auth, 'base64url') },
      Buffer.from(payload),
    ),
  );
  const paths = devices.map(({ endpoint }) => new URL(endpoint).pathname);
  const { subject, publicKey, privateKey } = vapid;
  const { Authorization: authorization } = webPush.getVapidHeaders(
    ...([origin, subject, publicKey, privateKey, 'aes128gcm'] as const),
  );
  const session = connect(origin);
  await once(session, 'remoteSettings');
  return async () => {
    await sendAll(session, paths, bodies, headersOf(authorization));
    return { items: devices.length };
  };
});

const headersOf = (authorization: string) => (path: string, size: number) => [
  ...[':method', 'POST', ':path', path, 'authorization', authorization, 'ttl', '3600'],
  ...['urgency', 'high', 'topic', 'benchmark', 'content-encoding', 'aes128gcm'],
  ...['content-type', 'application/octet-stream', 'content-length', String(size)],
];

function sendAll(
  session: ClientHttp2Session,
  paths: string[],
  bodies: Buffer[],
  headers: (path: string, size: number) => string[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let left = paths.length;
    const one = () => {
      if (next >= paths.length) return;
      const body = bodies[next]!;
      const stream = session.request(headers(paths[next]!, body.length), { endStream: false });
      next += 1;
      stream.on('error', reject);
      stream.on('response', () => stream.resume());
      stream.on('close', () => {
        if (--left === 0) resolve();
        else one();
      });
      stream.end(body);
    };
    for (let streams = 0; streams < STREAMS; streams++) one();
  });
}
