import { createECDH, randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PreparedKeys } from '../../src/delivery/web-push/prepared-keys.js';
import { deriveKeys, pad, seal } from '../../src/delivery/web-push/message-encryption.js';
import { Keyring } from '../../src/platform/keyring.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { openChannel, sealChannel } from '../../src/subscriptions/channel-seal.js';
import { median } from './figures.js';

const ROUNDS = 7;
const CALLS = 2_000;

export interface StageCosts {
  openMicros: number;
  deriveMicros: number;
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
    deriveMicros: microsOf(() => deriveKeys(p256dh, auth)),
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

/** Memory that keys made ahead take for each of so many devices, garbage apart. */
export function keyAheadBytes(devices: number): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const p256dh = createECDH('prime256v1').generateKeys();
  const before = used();
  const keys = new PreparedKeys(devices);
  for (let n = 0; n < devices; n++) keys.prepare(p256dh, randomBytes(16));
  const bytes = (used() - before) / devices;
  return keys.size === devices ? bytes : Number.NaN;
}
