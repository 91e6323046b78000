import { randomBytes, randomUUID } from 'node:crypto';
import { tokenPurpose } from '../../src/identity/token.js';
import { tagOfKey } from '../../src/subscriptions/area-tag.js';
import { OSCEOLA, type Network } from '../support/network.js';

/** Of families in that district. */
export const LOCALES = ['en', 'es', 'pt', 'ht'] as const;

export const localeOf = (index: number) => LOCALES[index % LOCALES.length]!;

/** So many families without push, who follow one district, in the tables as `subscribe` writes them. */
export async function seedFamilies(network: Network, count: number): Promise<string[]> {
  const { keyring, pool } = network;
  const tokens = Array.from(
    { length: count },
    () => `family_${randomBytes(32).toString('base64url')}`,
  );
  const ids = tokens.map(() => randomUUID());
  await pool.query(
    `INSERT INTO subscription (id, token_hash, locale, last_seen_week)
     SELECT *, date_trunc('week', now()) FROM unnest($1::uuid[], $2::bytea[], $3::text[])`,
    [
      ids,
      tokens.map((token) => keyring.digest(tokenPurpose('family'), token)),
      ids.map((_, n) => localeOf(n)),
    ],
  );
  await pool.query(
    'INSERT INTO subscription_area (tag, subscription_id) SELECT $1, * FROM unnest($2::uuid[])',
    [tagOfKey(keyring, `district:${OSCEOLA}`), ids],
  );
  await pool.query('ANALYZE subscription, subscription_area');
  return tokens;
}
