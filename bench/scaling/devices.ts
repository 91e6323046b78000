import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Config } from '../../src/platform/config.js';
import type { Area } from '../../src/subscriptions/area.js';
import { tagOfArea } from '../../src/subscriptions/area-tag.js';
import { endpointIndex, sealChannel } from '../../src/subscriptions/channel-seal.js';

/** Devices written at once. */
const CHUNK = 2_000;
/** Ephemeral pairs that stand for the devices' own: a message costs the same whose key it is. */
const PAIRS = 500;
/** As long as an endpoint of a large push service: about 190 characters in all. */
const TOKEN_BYTES = 112;

export interface Seed {
  count: number;
  /** Origins with the share of the devices that each has. */
  origins: readonly { origin: string; share: number }[];
  /** What the device of this number follows. */
  areasOf: (index: number) => Area[];
}

/** Subscribes devices as the service does, sealed and tagged with its own keys, many in a statement. */
export async function seedDevices(client: pg.Client, config: Config, seed: Seed): Promise<void> {
  const pairs = Array.from({ length: PAIRS }, () => createECDH('prime256v1').generateKeys());
  for (let from = 0; from < seed.count; from += CHUNK) {
    const size = Math.min(CHUNK, seed.count - from);
    const rows = Array.from({ length: size }, (_, index) =>
      rowOf(config, seed, pairs, from + index),
    );
    await client.query(SUBSCRIBE, [
      rows.map(({ id }) => id),
      rows.map(() => randomBytes(32)),
      rows.map(({ channel }) => channel),
      rows.map(({ keyId }) => keyId),
      rows.map(({ index }) => index),
      config.vapid.keyId,
    ]);
    const areas = rows.flatMap(({ id, tags }) => tags.map((tag) => ({ id, tag })));
    await client.query(FOLLOW, [areas.map(({ tag }) => tag), areas.map(({ id }) => id)]);
  }
}

const SUBSCRIBE = `
  INSERT INTO subscription (id, token_hash, channel, channel_key_id, endpoint_index, vapid_key_id,
    locale, last_seen_week)
  SELECT id, token, channel, key, endpoint, $6, 'es', date_trunc('week', now())::date
  FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[], $5::bytea[])
    AS row (id, token, channel, key, endpoint)`;

const FOLLOW = `
  INSERT INTO subscription_area (tag, subscription_id)
  SELECT tag, id FROM unnest($1::bytea[], $2::uuid[]) AS row (tag, id)`;

function rowOf({ keyring }: Config, { origins, areasOf }: Seed, pairs: Buffer[], number: number) {
  const id = randomUUID();
  const origin = originOf(origins, number);
  const endpoint = `${origin}/push/${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const keys = { endpoint, p256dh: pairs[number % PAIRS]!, auth: randomBytes(16) };
  const { keyId, bytes: channel } = sealChannel(keyring, id, keys);
  const tags = areasOf(number).map((area) => tagOfArea(keyring, area));
  return { id, channel, keyId, index: endpointIndex(keyring, endpoint), tags };
}

/** In turns, so that any hundred devices in a row are shared out as all of them are. */
function originOf(origins: Seed['origins'], number: number): string {
  let left = ((number * 61) % 100) / 100;
  for (const { origin, share } of origins) if ((left -= share) < -1e-9) return origin;
  return origins[0]!.origin;
}
