import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { Keyring } from '../../src/platform/keyring.js';
import type { Secrets } from '../../src/platform/env.js';
import { vapidKey } from '../../src/platform/vapid-keys.js';
import { areaKey, type Area } from '../../src/subscriptions/area.js';
import { tagOfKey, type AreaTag } from '../../src/subscriptions/area-tag.js';
import { endpointIndex, sealChannel } from '../../src/subscriptions/channel-seal.js';
import { weekOf } from '../../src/subscriptions/last-seen.js';
import type { TestDatabase } from './test-database.js';

export interface Seeding {
  devices: number;
  /** Of the push service. */
  origin: string;
  /** What the device with this index follows: one area, so that it has one tag. */
  area: (index: number) => Area;
  locale?: string;
}

/** A browser's subscription, as it hands it out; base64url. */
export interface SeededDevice {
  endpoint: string;
  p256dh: string;
  auth: string;
}

const PAGE = 1_000;

const INSERT = `WITH device AS (
    INSERT INTO subscription (id, token_hash, channel, channel_key_id, endpoint_index, vapid_key_id,
      locale, last_seen_week)
    SELECT id, token_hash, channel, $5, endpoint_index, $6, $7, $8
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[])
      AS row (id, token_hash, channel, endpoint_index))
  INSERT INTO subscription_area (tag, subscription_id) SELECT * FROM unnest($9::bytea[], $1::uuid[])`;

/**
 * Families with phones, written straight into the database as the service would have: thousands a
 * second. Their private keys are thrown away, so nobody can read what they get.
 */
export async function seedDevices(
  database: Pick<TestDatabase, 'query'>,
  secrets: Secrets,
  { devices, origin, area, locale = 'en' }: Seeding,
): Promise<SeededDevice[]> {
  const keyring = Keyring.from(secrets);
  const { keyId: vapidKeyId } = vapidKey({
    publicKey: secrets.VAPID_PUBLIC_KEY,
    privateKey: secrets.VAPID_PRIVATE_KEY,
  });
  const week = weekOf(new Date());
  const tagOf = tagsOf(keyring);
  const seeded: SeededDevice[] = [];
  while (seeded.length < devices) {
    const made = Array.from({ length: Math.min(PAGE, devices - seeded.length) }, () =>
      device(keyring, origin),
    );
    await database.query(INSERT, [
      made.map(({ id }) => id),
      made.map(() => randomBytes(32)),
      made.map(({ sealed }) => sealed.bytes),
      made.map(({ index }) => index),
      ...[made[0]!.sealed.keyId, vapidKeyId, locale, week],
      made.map((_, index) => tagOf(area(seeded.length + index))),
    ]);
    for (const { shown } of made) seeded.push(shown);
  }
  return seeded;
}

/** Thousands of devices follow the same few areas. */
function tagsOf(keyring: Keyring) {
  const known = new Map<string, AreaTag>();
  return (area: Area): AreaTag => {
    const key = areaKey(area);
    const tag = known.get(key) ?? tagOfKey(keyring, key);
    known.set(key, tag);
    return tag;
  };
}

const pair = createECDH('prime256v1');

function device(keyring: Keyring, origin: string) {
  const id = randomUUID();
  const endpoint = `${origin}/push/${randomBytes(24).toString('base64url')}`;
  const keys = { endpoint, p256dh: pair.generateKeys(), auth: randomBytes(16) };
  const [p256dh, auth] = [keys.p256dh.toString('base64url'), keys.auth.toString('base64url')];
  return {
    id,
    shown: { endpoint, p256dh, auth },
    sealed: sealChannel(keyring, id, keys),
    index: endpointIndex(keyring, endpoint),
  };
}
