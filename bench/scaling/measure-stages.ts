import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Opener } from '../../src/delivery/opener.js';
import { deriveKeys, pad, seal } from '../../src/delivery/web-push/message-encryption.js';
import { Keyring } from '../../src/platform/keyring.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { openChannel, sealChannel } from '../../src/subscriptions/channel-seal.js';
import { median } from './figures.js';

const ROUNDS = 7;
const CALLS = 2_000;

export interface StageCosts {
  openMicros: number;
  sealMicros: number;
}

/** CPU of the steps that make a message, in this thread: medians over rounds, after one to warm up. */
export function measureStages(): StageCosts {
  const keyring = Keyring.from(freshSecrets());
  const p256dh = createECDH('prime256v1').generateKeys();
  const auth = randomBytes(16);
  const endpoint = `https://push.example.org/${randomBytes(112).toString('base64url')}`;
  const channel = sealChannel(keyring, 'device', { endpoint, p256dh, auth });
  const padded = pad(Buffer.from('{}'.padEnd(1_200)));
  const keys = deriveKeys(p256dh, auth);
  return {
    openMicros: microsOf(() => openChannel(keyring, 'device', channel)),
    sealMicros: microsOf(() => seal(keys, padded)),
  };
}

function microsOf(call: () => unknown): number {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const before = process.cpuUsage();
    for (let n = 0; n < CALLS; n++) call();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / CALLS;
  });
  return median(rounds.slice(1));
}

/** Memory that each of so many devices takes that are ready for their next message, garbage apart. */
export function keyAheadBytes(devices: number): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    // What has a hand outside the heap is let go of by one collection, and gone with the next.
    for (let times = 0; times < 4; times++) collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const keyring = Keyring.from(freshSecrets());
  const p256dh = createECDH('prime256v1').generateKeys();
  const endpoint = `https://push.example.org/${randomBytes(112).toString('base64url')}`;
  const kept = { locale: 'en', vapidKeyId: null, missingSince: null };
  const before = used();
  const opener = new Opener(keyring, devices);
  for (let n = 0; n < devices; n++) {
    // As it comes from the database: in one piece.
    const [id, auth] = [Buffer.from(randomUUID()).toString('latin1'), randomBytes(16)];
    const { keyId, bytes } = sealChannel(keyring, id, { endpoint, p256dh, auth });
    opener.prepare({ id, channel: bytes, channelKeyId: keyId, ...kept });
  }
  const bytes = (used() - before) / devices;
  return opener.size === devices ? bytes : Number.NaN;
}
