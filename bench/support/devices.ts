import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { vapidKey } from '../../src/platform/vapid-keys.js';
import { endpointIndex, sealChannel } from '../../src/subscriptions/channel-seal.js';
import { tagOfKey } from '../../src/subscriptions/area-tag.js';
import type { Network } from './network.js';

/** A browser's subscription, as it hands it out; base64url. */
export interface Device {
  endpoint: string;
  p256dh: string;
  auth: string;
}

const AT_ONCE = 2_000;

/**
 * So many devices with keys of their own, in the tables as `subscribe` would write them.
 * @param area as `areaKey` writes it, of the device with this index
 */
export async function seedDevices(
  network: Network,
  count: number,
  origin: string,
  area: (index: number) => string,
): Promise<Device[]> {
  const all: Device[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - from);
    const devices = Array.from({ length: size }, () => newDevice(origin));
    await insert(network, devices, (index) => area(from + index));
    for (const device of devices) all.push(device);
  }
  await network.pool.query('ANALYZE subscription, subscription_area');
  return all;
}

function newDevice(origin: string): Device {
  return {
    endpoint: `${origin}/push/${randomBytes(32).toString('base64url')}`,
    p256dh: createECDH('prime256v1').generateKeys('base64url'),
    auth: randomBytes(16).toString('base64url'),
  };
}

async function insert(
  { keyring, secrets, pool }: Network,
  devices: Device[],
  area: (index: number) => string,
): Promise<void> {
  const { keyId } = vapidKey({
    publicKey: secrets.VAPID_PUBLIC_KEY,
    privateKey: secrets.VAPID_PRIVATE_KEY,
  });
  const ids = devices.map(() => randomUUID());
  const sealed = devices.map((device, index) =>
    sealChannel(keyring, ids[index]!, {
      endpoint: device.endpoint,
      p256dh: Buffer.from(device.p256dh, 'base64url'),
      auth: Buffer.from(device.auth, 'base64url'),
    }),
  );
  await pool.query(
    `INSERT INTO subscription (id, token_hash, channel, channel_key_id, endpoint_index,
       vapid_key_id, locale, last_seen_week)
     SELECT id, token, channel, $4, endpoint, $5, CASE WHEN n % 2 = 0 THEN 'es' ELSE 'en' END,
       date_trunc('week', now())
     FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $6::bytea[]) WITH ORDINALITY
       AS device (id, token, channel, endpoint, n)`,
    [
      ...[ids, devices.map(() => randomBytes(32)), sealed.map(({ bytes }) => bytes)],
      ...[sealed[0]!.keyId, keyId],
      devices.map(({ endpoint }) => endpointIndex(keyring, endpoint)),
    ],
  );
  const tags = new Map<string, Buffer>();
  const tagOf = (key: string) => tags.get(key) ?? tags.set(key, tagOfKey(keyring, key)).get(key)!;
  await pool.query(
    `INSERT INTO subscription_area (tag, subscription_id)
     SELECT * FROM unnest($1::bytea[], $2::uuid[])`,
    [ids.map((_, index) => tagOf(area(index))), ids],
  );
}
