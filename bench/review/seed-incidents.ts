import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { timeZoneAt } from '../../src/alerts/time-zone.js';
import { cellNumber } from '../../src/incidents/review/cells.js';
import { seeded } from '../../test/support/seeded.js';
import { writeNationalFile } from '../import/national-file.js';
import { copyRows } from '../support/copy.js';
import type { BenchDatabase } from '../support/database.js';

/** A place where incidents were, near a school. */
export interface Spot {
  schoolId: string;
  districtId: string;
  state: string;
  latitude: number;
  longitude: number;
}

/** Copies of the two counties, which is as many schools as a third of the nation has. */
const SCHOOLS = 36_000;
const SPOTS_EACH = 4;
const STATES = 'FL CA TX NY IL GA NC NJ VA WA AZ CO MA MD NV OR TN MN WI PA'.split(' ');
const KILOMETER = 1 / 111;

/** Everything an incident has, in bulk: what triggers would do one by one is done once at the end. */
export async function seedIncidents(
  database: BenchDatabase,
  secrets: Record<string, string>,
  size: number,
  tokens: (word: string) => string,
): Promise<{ spots: Spot[]; words: string[] }> {
  await importSchools(database, secrets);
  const spots = await spotsOf(database.pool);
  const words = Array.from({ length: 5_000 }, (_, at) => `word${at}`);
  await copyRows(
    database.pool,
    'seed_word',
    words.map((word, at) => `${at}\t${tokens(word)}`),
  );
  const line = await database.pool.connect();
  try {
    await fill(line, size);
  } finally {
    line.release();
  }
  return { spots, words };
}

async function importSchools(
  { pool, url }: BenchDatabase,
  secrets: Record<string, string>,
): Promise<void> {
  const file = join(tmpdir(), `campana-bench-review-${process.pid}.txt`);
  await writeNationalFile(file, SCHOOLS);
  const program = 'dist/src/schools/import.command.js';
  const env = { ...process.env, DATABASE_URL: url, ...secrets };
  await promisify(execFile)(process.execPath, [program, file], { env });
  await rm(file);
  const state = `($1::text[])[1 + left(district_id, 3)::int % ${STATES.length}]`;
  const level = `(ARRAY['Elementary', 'Elementary', 'Middle', 'High'])[1 + right(id, 1)::int % 4]`;
  await pool.query(`UPDATE school SET level = ${level}, state = ${state}`, [STATES]);
  await pool.query(`UPDATE district SET state = ${state.replace('district_id', 'id')}`, [STATES]);
  await pool.query(`
    CREATE UNLOGGED TABLE seed_spot (place int PRIMARY KEY, school_id text, district_id text,
      latitude float8, longitude float8, zone text, cell bigint);
    CREATE UNLOGGED TABLE seed_word (place int PRIMARY KEY, token text);`);
}

async function spotsOf(pool: pg.Pool): Promise<Spot[]> {
  const random = seeded(3);
  const { rows } = await pool.query<Spot & { id: string }>(
    `SELECT id AS "schoolId", district_id AS "districtId", state, latitude, longitude
     FROM school ORDER BY md5(id)`,
  );
  const spots = rows.flatMap((school) =>
    Array.from({ length: SPOTS_EACH }, () => ({
      ...school,
      latitude: school.latitude + (random() - 0.5) * KILOMETER,
      longitude: school.longitude + (random() - 0.5) * KILOMETER,
      zone: timeZoneAt(school.latitude, school.longitude),
    })),
  );
  const lines = spots.map((spot, at) =>
    [
      at,
      spot.schoolId,
      spot.districtId,
      spot.latitude,
      spot.longitude,
      spot.zone,
      cellNumber(spot),
    ].join('\t'),
  );
  await copyRows(pool, 'seed_spot', lines);
  // As often as they have incidents: the first most.
  return Array.from({ length: 2_000 }, () => spots[Math.floor(spots.length * random() ** 2)]!);
}

/** One of several, each with its share of 1,000. */
const oneOf = (shares: Record<string, number>, of = 'random()'): string => {
  let upTo = 0;
  const cases = Object.entries(shares).map(
    ([name, share]) => `WHEN dice < ${(upTo += share) / 1_000} THEN '${name}'`,
  );
  return `(SELECT CASE ${cases.join(' ')} ELSE '${Object.keys(shares)[0]}' END
    FROM (SELECT ${of} AS dice) one WHERE number IS NOT NULL)`;
};

const STATE = oneOf({
  ...{ CLEARED: 450, EXPIRED: 200, DISMISSED: 200, RECORDED: 100, RETRACTED: 28, MERGED: 20 },
  ...{ ACTIVE: 1, UNVERIFIED: 1 },
});
const AGENCY = oneOf({
  ...{ ICE: 350, UNKNOWN: 250, ICE_ERO: 150, CBP: 80, ICE_HSI: 50, OTHER_FEDERAL: 50 },
  ...{ LOCAL_POLICE: 50, SCHOOL_POLICE: 20 },
});
const ACTIVITY = oneOf({
  ...{ PRESENCE: 360, VEHICLE_STOP: 150, SURVEILLANCE: 140, QUESTIONING: 120, STAGING: 80 },
  ...{ ARREST: 50, OTHER: 40, CHECKPOINT: 30, CAMPUS_ENTRY_SOUGHT: 20, CAMPUS_ENTRY: 10 },
});
const DETAILED = 0.15;
const NOTED = 0.05;
const YEARS = 5;

async function fill(line: pg.PoolClient, size: number): Promise<void> {
  const indexes = await line.query<{ indexdef: string; indexname: string }>(
    `SELECT indexname, indexdef FROM pg_indexes
     WHERE tablename = 'incident_review' AND indexname NOT LIKE '%_pkey'`,
  );
  await line.query(`SET session_replication_role = replica; SELECT setseed(0.5)`);
  for (const { indexname } of indexes.rows) await line.query(`DROP INDEX ${indexname}`);
  await line.query(POLICIES);
  await line.query(INCIDENTS, [size]);
  await line.query(DETAILS);
  await line.query(NOTES);
  await line.query('ANALYZE');
  await line.query('INSERT INTO incident_review SELECT * FROM incident_review_source');
  await line.query(`SET session_replication_role = DEFAULT; SET maintenance_work_mem = '512MB'`);
  for (const { indexdef } of indexes.rows) await line.query(indexdef);
  await line.query('VACUUM ANALYZE');
}

const POLICIES = `
  INSERT INTO organization VALUES ('00000000-0000-4000-8000-000000000001', 'Bench', now());
  INSERT INTO staff (id, organization_id, display_name, role, created_at)
    VALUES ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'B', 'ADMIN', now());
  INSERT INTO district_policy (id, version, district_id, kind, effective_from, source_url,
    source_sha256, entered_at, entered_by)
  SELECT gen_random_uuid(), 1, id, kind, date '2021-01-01' + (random() * 1800)::int,
    'https://board.example.org/', repeat('a', 64), now(), '00000000-0000-4000-8000-000000000002'
  FROM district, unnest('{WELCOMING_RESOLUTION,JUDICIAL_WARRANT_RULE,INFORMATION_SHARING_BAN,
    POLICE_AGREEMENT_MOU,SCHOOL_RESOURCE_OFFICERS,AGREEMENT_287G,FAMILY_NOTIFICATION_RULE}'::text[]) kind
  WHERE random() < 0.5`;

const INCIDENTS = `
  INSERT INTO incident (id, state, school_id, district_id, latitude, longitude, activity, agency, reports,
    first_observed_at, last_observed_at, opened_at, verified_at, ended_at, dismissal, time_zone, cell)
  SELECT gen_random_uuid(), made.state, school_id, district_id, latitude, longitude, made.activity,
    made.agency, 1, made.at, made.at, made.at + interval '3 minutes',
    CASE WHEN made.state <> 'DISMISSED' THEN made.at + interval '9 minutes' END, made.at + interval '1 hour',
    CASE WHEN made.state = 'DISMISSED' THEN made.dismissal END, zone, cell
  FROM (SELECT number, ${STATE} AS state, ${AGENCY} AS agency, ${ACTIVITY} AS activity,
      ${oneOf({ UNFOUNDED: 500, UNABLE_TO_VERIFY: 300, DUPLICATE: 200 })} AS dismissal,
      timestamptz '2026-11-01' - random() * interval '${YEARS} years' AS at,
      floor((SELECT count(*) FROM seed_spot) * random() ^ 2)::int AS place
    FROM generate_series(1, $1::int) number OFFSET 0) made
  JOIN seed_spot USING (place)`;

const DETAILS = `
  INSERT INTO incident_detail (incident_id, revision, field, value, source, certainty, recorded_by, recorded_at)
  SELECT incident_id, 1, field, value, 'WITNESS', 'ALLEGED', '00000000-0000-4000-8000-000000000002', now()
  FROM (SELECT id AS incident_id, row_number() OVER () AS number FROM incident WHERE random() < ${DETAILED}) one,
    LATERAL (VALUES
      ('authorityShown', to_jsonb(ARRAY[${oneOf({
        ...{ NONE: 400, ADMINISTRATIVE_I200: 250, UNKNOWN: 100, EXIGENCY_CLAIMED: 80 },
        ...{ ADMINISTRATIVE_I205: 70, JUDICIAL_AO442: 40, DHS_SUBPOENA_I138: 30, OTHER_PAPER: 20 },
        ...{ COURT_SUBPOENA: 10, JUDICIAL_AO93: 8, JUDICIAL_STATE: 2 },
      })}])),
      ('entryOutcome', to_jsonb(${oneOf({ REFUSED: 700, GRANTED: 200, ENTERED_WITHOUT_CONSENT: 100 })})),
      ('familiesNotified', to_jsonb(${oneOf({ YES: 600, NO: 300, UNKNOWN: 100 })})),
      ('schoolPoliceAssisted', to_jsonb(${oneOf({ NO: 700, UNKNOWN: 250, YES: 50 })}))
    ) AS said (field, value)`;

const NOTES = `
  INSERT INTO incident_note (id, incident_id, author_id, written_at, text, key_id, words)
  SELECT gen_random_uuid(), incident_id, '00000000-0000-4000-8000-000000000002', now(), '\\x00', 'k',
    ARRAY(SELECT DISTINCT token FROM (
      SELECT floor(5000 * random() ^ 2)::int AS place FROM generate_series(1, 12)
      WHERE incident_id IS NOT NULL OFFSET 0) word JOIN seed_word USING (place))
  FROM (SELECT id AS incident_id FROM incident WHERE random() < ${NOTED}) one`;
