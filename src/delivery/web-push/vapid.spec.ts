import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import webPush from 'web-push';
import { VapidHeader, VapidHeaders } from './vapid.js';

const HOUR = 3_600_000;
const ORIGIN = 'https://push.example.net';
const SUBJECT = 'mailto:push@example.com';
const keys = { ...webPush.generateVAPIDKeys(), subject: SUBJECT };

async function verified(header: string, now: number, signer = keys) {
  const [, token, key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(header)!;
  expect(key).toBe(signer.publicKey);
  const point = Buffer.from(key!, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((n) => n.toString('base64url'));
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const options = { audience: ORIGIN, subject: SUBJECT, currentDate: new Date(now) };
  return (await jwtVerify(token!, publicKey, { ...options, algorithms: ['ES256'] })).payload;
}

test('an independent library verifies the token: audience, subject, 12 hours', async () => {
  const now = Date.now();
  const { exp } = await verified(new VapidHeader(ORIGIN, keys).at(now), now);
  expect(exp).toBe(Math.floor((now + 12 * HOUR) / 1000));
});

test('one header until half of its life is over, then another', async () => {
  const now = Date.now() - 6 * HOUR;
  const header = new VapidHeader(ORIGIN, keys);
  const first = header.at(now);
  expect(header.at(now + 1)).toBe(first);
  expect(header.at(now + 6 * HOUR - 1)).toBe(first);
  const second = header.at(now + 6 * HOUR);
  expect(second).not.toBe(first);
  expect(header.at(now + 6 * HOUR + 1)).toBe(second);
  await verified(second, now + 17 * HOUR);
});

test('a clock that was set back does not keep a token that is valid for too long', () => {
  const now = Date.now();
  const header = new VapidHeader(ORIGIN, keys);
  const first = header.at(now);
  expect(header.at(now - 20 * HOUR)).not.toBe(first);
});

test('each key signs a header of its own, once', async () => {
  const now = Date.now();
  const other = { ...webPush.generateVAPIDKeys(), subject: SUBJECT };
  const headers = new VapidHeaders(
    ORIGIN,
    new Map([
      ['new', keys],
      ['old', other],
    ]),
  );
  const [current, old] = [headers.at(now, 'new'), headers.at(now, 'old')];
  await verified(current, now);
  await verified(old, now, other);
  expect([headers.at(now + 1, 'new'), headers.at(now + 1, 'old')]).toEqual([current, old]);
  expect(() => headers.at(now, 'retired')).toThrow('no such VAPID key');
});
