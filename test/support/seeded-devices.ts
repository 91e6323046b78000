import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import { Keyring } from '../../src/platform/keyring.js';
import type { Secrets } from '../../src/platform/env.js';
import { vapidKey } from '../../src/platform/vapid-keys.js';
import type { Area } from '../../src/subscriptions/area.js';
import { tagOfArea } from '../../src/subscriptions/area-tag.js';
import { endpointIndex, sealChannel } from '../../src/subscriptions/channel-seal.js';
import { weekOf } from '../../src/subscriptions/last-seen.js';
import type { TestDatabase } from './test-database.js';

export interface Seeding {
  devices: number;
  /** Of the push service. */
  origin: string;
  areas: Area[];
  locale?: string;
}

const PAGE = 1_000;

const INSERT = `WITH device AS (
    INSERT INTO subscription (id, token_hash, channel, channel_key_id, endpoint_index, vapid_key_id,
      locale, last_seen_week)
    SELECT id, token_hash, channel, $5, endpoint_index, $6, $7, $8
    FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[])
      AS row (id, token_hash, channel, endpoint_index)
    RETURNING id)
  INSERT INTO subscription_area (tag, subscription_id) SELECT tag, id FROM device, unnest($9::bytea[]) tag`;

/**
 * Families with phones, written straight into the database as the service would have: thousands a
 * second. Their private keys are thrown away, so nobody can read what they get.
 * @returns the paths of their endpoints
 */
export async function seedDevices(
  database: Pick<TestDatabase, 'query'>,
  secrets: Secrets,
  { devices, origin, areas, locale = 'en' }: Seeding,
): Promise<string[]> {
  const keyring = Keyring.from(secrets);
  const { keyId: vapidKeyId } = vapidKey({
    publicKey: secrets.VAPID_PUBLIC_KEY,
    privateKey: secrets.VAPID_PRIVATE_KEY,
  });
  const tags = areas.map((area) => tagOfArea(keyring, area));
  const week = weekOf(new Date());
  const paths: string[] = [];
  while (paths.length < devices) {
    const made = Array.from({ length: Math.min(PAGE, devices - paths.length) }, () =>
      device(keyring, origin),
    );
    await database.query(INSERT, [
      made.map(({ id }) => id),
      made.map(() => randomBytes(32)),
      made.map(({ sealed }) => sealed.bytes),
      made.map(({ index }) => index),
      ...[made[0]!.sealed.keyId, vapidKeyId, locale, week, tags],
    ]);
    paths.push(...made.map(({ path }) => path));
  }
  return paths;
}

const pair = createECDH('prime256v1');

function device(keyring: Keyring, origin: string) {
  const id = randomUUID();
  const path = `/push/${randomBytes(16).toString('base64url')}`;
  const endpoint = origin + path;
  const keys = { endpoint, p256dh: pair.generateKeys(), auth: randomBytes(16) };
  return {
    ...{ id, path },
    sealed: sealChannel(keyring, id, keys),
    index: endpointIndex(keyring, endpoint),
  };
}
