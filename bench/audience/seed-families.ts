import { randomUUID } from 'node:crypto';
import { latLngToCell } from 'h3-js';
import type { Keyring } from '../../src/platform/keyring.js';
import { areaKey, type Area } from '../../src/subscriptions/area.js';
import { tagOfKey } from '../../src/subscriptions/area-tag.js';
import { homes, type Place } from '../../test/demo/census.js';
import { seeded } from '../../test/support/seeded.js';
import { knownSchools, meters, type KnownSchool } from '../../test/demo/expectation.js';
import { copyRows } from '../support/copy.js';
import type { BenchDatabase } from '../support/database.js';

const TRACTS = 'data/population/tracts_osceola_orange_FL.csv';
const DRAWN = 20_000;
const AT_ONCE = 50_000;
/** Families of one metro; with more, there are more metros. */
const METRO = 90_000;

interface Drawn {
  home: Place;
  /** As `areaKey` writes them. */
  keys: string[];
}

/**
 * Families by census population: so many in the two counties, and so many in other metros like
 * them, far away. Nobody elsewhere follows what is followed here; points as their homes' too.
 */
export async function seedFamilies(
  database: BenchDatabase,
  keyring: Keyring,
  here: number,
  elsewhere: number,
): Promise<void> {
  const random = seeded(2_026);
  const drawn = draw(random);
  await database.pool.query(PREPARE);
  const tags = new Map<string, string>();
  const tag = (key: string) =>
    tags.get(key) ?? tags.set(key, tagOfKey(keyring, key).toString('hex')).get(key)!;
  const total = here + elsewhere;
  for (let done = 0; done < total; done += AT_ONCE) {
    const homesText: string[] = [];
    const areasText: string[] = [];
    for (let index = done; index < Math.min(total, done + AT_ONCE); index++) {
      // Families subscribe everywhere at once: those of one place do not lie side by side.
      const metro = random() * total < here ? 0 : 1 + Math.floor((random() * elsewhere) / METRO);
      const { home, keys } = drawn[Math.floor(random() * drawn.length)]!;
      const id = randomUUID();
      const aside = metro === 0 ? home : elsewhereOf(home, metro);
      const scatter = () => (random() - 0.5) * 0.004;
      homesText.push(`${id}\t${aside.latitude + scatter()}\t${aside.longitude + scatter()}`);
      for (const key of keys)
        areasText.push(`\\\\x${tag(metro === 0 ? key : `${metro}/${key}`)}\t${id}`);
    }
    await copyRows(database.pool, 'seeded', homesText);
    await copyRows(database.pool, 'seeded_area', areasText);
  }
  const { rows } = await database.pool.query<{ name: string; made: string }>(
    'SELECT indexname AS name, indexdef AS made FROM pg_indexes WHERE indexname = ANY($1)',
    [MADE_LATER],
  );
  for (const { name } of rows) await database.pool.query(`DROP INDEX ${name}`);
  for (const statement of FILL) await database.pool.query(statement);
  // Of a table in parts the definition says ONLY, and would leave them without.
  for (const { made } of rows) await database.pool.query(made.replace(' ON ONLY ', ' ON '));
  await database.pool.query('VACUUM ANALYZE');
}

/** Each with one or two areas, as in the demo. */
function draw(random: () => number): Drawn[] {
  const home = homes(TRACTS, random);
  const schools = knownSchools();
  return Array.from({ length: DRAWN }, () => {
    const at = home();
    const keys = new Set([areaKey(areaFor(at, schools, random))]);
    if (random() < 0.25) keys.add(areaKey(areaFor(at, schools, random)));
    return { home: at, keys: [...keys] };
  });
}

function areaFor(home: Place, schools: KnownSchool[], random: () => number): Area {
  const nearest = schools.reduce((a, b) => (meters(a, home) < meters(b, home) ? a : b));
  const dice = random();
  if (dice < 0.5) return { kind: 'school', id: nearest.id };
  if (dice < 0.7) return { kind: 'district', id: nearest.districtId };
  const cell = latLngToCell(home.latitude, home.longitude, dice < 0.9 ? 7 : 6);
  return { kind: 'cell', cell, radiusKm: ([2, 5, 10] as const)[Math.floor(random() * 3)]! };
}

const elsewhereOf = ({ latitude, longitude }: Place, metro: number): Place => ({
  latitude: latitude + 2 + (Math.floor(metro / 16) % 10) * 1.8,
  longitude: longitude - (metro % 16) * 2.6,
});

const PREPARE = `
  CREATE EXTENSION IF NOT EXISTS earthdistance CASCADE;
  CREATE UNLOGGED TABLE seeded (id uuid, latitude float8, longitude float8);
  CREATE UNLOGGED TABLE seeded_area (tag bytea, id uuid);
  CREATE TABLE home (id uuid, place earth);`;

/** Nobody reads these here, and made at once they take a fraction of the time. */
const MADE_LATER = [
  'subscription_token',
  'subscription_endpoint',
  'subscription_area_subscription',
];

/** A channel is as long as a sealed one; nobody opens it here. */
const FILL = [
  `INSERT INTO subscription (id, token_hash, channel, channel_key_id, endpoint_index, vapid_key_id,
     locale, last_seen_week)
   SELECT id, sha256(uuid_send(id)), decode(repeat(md5(id::text), 20), 'hex'), 'k1',
     sha256('\\x00'::bytea || uuid_send(id)), 'v1', 'en', date_trunc('week', now())
   FROM seeded`,
  // What it refers to was just written.
  `SET session_replication_role = replica;
   INSERT INTO subscription_area (tag, subscription_id) SELECT tag, id FROM seeded_area;
   RESET session_replication_role`,
  'INSERT INTO home (id, place) SELECT id, ll_to_earth(latitude, longitude) FROM seeded',
  'CREATE INDEX home_place ON home USING gist (place)',
  'DROP TABLE seeded, seeded_area',
];
