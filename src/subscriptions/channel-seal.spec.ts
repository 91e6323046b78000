import { randomBytes } from 'node:crypto';
import { freshSecrets } from '../platform/secrets.js';
import { Keyring } from '../platform/keyring.js';
import { openChannel, sealChannel } from './channel-seal.js';

const keyring = Keyring.from(freshSecrets());
const keys = (endpoint: string) => ({ endpoint, p256dh: randomBytes(65), auth: randomBytes(16) });

it('opens what it sealed, for that row only', () => {
  const channel = keys('https://fcm.googleapis.com/fcm/send/canary');
  const sealed = sealChannel(keyring, 'a', channel);
  expect(openChannel(keyring, 'a', sealed)).toEqual(channel);
  expect(() => openChannel(keyring, 'b', sealed)).toThrow();
  sealed.bytes[20]! ^= 1;
  expect(() => openChannel(keyring, 'a', sealed)).toThrow();
});

it('has one length for all usual endpoints', () => {
  const lengths = [
    'https://a.example/1',
    `https://updates.push.services.mozilla.com/wpush/v2/${'x'.repeat(180)}`,
  ].map((endpoint) => sealChannel(keyring, 'a', keys(endpoint)).bytes.length);
  expect(new Set(lengths).size).toBe(1);
});

it('opens with an older key after a new one was put first', () => {
  const secrets = freshSecrets();
  const sealed = sealChannel(Keyring.from(secrets), 'a', keys('https://a.example/1'));
  const rotated = Keyring.from({
    ...secrets,
    DATA_KEYS: `${freshSecrets().DATA_KEYS},${secrets.DATA_KEYS}`,
  });
  expect(openChannel(rotated, 'a', sealed).endpoint).toBe('https://a.example/1');
});
