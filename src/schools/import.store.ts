import { Injectable } from '@nestjs/common';
import { copyIn, type CopyIn } from '../platform/copy.js';
import { SERVICE_ROLE, type Transaction } from '../platform/database.js';
import { arrayOf } from '../platform/statements.js';
import type { DistrictRecord } from './district-row.js';
import { DistrictRow } from './district.entity.js';
import type { SchoolRecord } from './nces-row.js';
import { COPY_COLUMNS as COLUMNS, COPY_OPTIONS } from './school-copy.js';

/** Any number that nothing else in this database locks. */
const IMPORT_LOCK = 7_202_612;

/** An index that was dropped, and how it is made. */
export type IndexSetAside = string;

/** Bulk writes of the import: one statement for thousands of rows. */
@Injectable()
export class ImportStore {
  /** Keeps other imports out until the transaction ends; false when one is under way. */
  async begin(tx: Transaction): Promise<boolean> {
    // The index of words sorts new entries in this much memory before it takes them in; made at once
    // it sorts all of them, two at a time.
    await tx.query(
      `SET LOCAL work_mem = '64MB'; SET LOCAL maintenance_work_mem = '256MB';
       SET LOCAL statement_timeout = 0`,
    );
    const [row] = (await tx.query('SELECT pg_try_advisory_xact_lock($1) AS mine', [
      IMPORT_LOCK,
    ])) as { mine: boolean }[];
    return row!.mine;
  }

  async schoolIds(tx: Transaction): Promise<Set<string>> {
    const rows = (await tx.query('SELECT id FROM school')) as { id: string }[];
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Drops the indexes of the schools but the primary key, where nobody can miss them: there is no
   * school yet. Made at once over all rows they cost a quarter of what they do row by row.
   * @returns what {@link makeIndexes} takes; none when this connection's user does not own them.
   */
  async setAsideIndexes(tx: Transaction): Promise<IndexSetAside[]> {
    const found = (await tx.query(SECONDARY_INDEXES)) as { name: string; definition: string }[];
    await this.asOwner(
      tx,
      found.map(({ name }) => `DROP INDEX ${name}`),
    );
    return found.map(({ definition }) => definition);
  }

  async makeIndexes(tx: Transaction, indexes: IndexSetAside[]): Promise<void> {
    await this.asOwner(tx, indexes);
  }

  /** The service's role may not change tables; whoever connected to run a command may. */
  private async asOwner(tx: Transaction, statements: string[]): Promise<void> {
    if (statements.length === 0) return;
    await tx.query('SET LOCAL ROLE NONE');
    for (const statement of statements) await tx.query(statement);
    await tx.query(`SET LOCAL ROLE ${SERVICE_ROLE}`);
  }

  async districts(tx: Transaction): Promise<DistrictRecord[]> {
    return tx.getRepository(DistrictRow).find();
  }

  async putDistricts(tx: Transaction, districts: DistrictRecord[]): Promise<void> {
    await tx.query(
      `INSERT INTO district (id, name, state) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, state = excluded.state`,
      (['id', 'name', 'state'] as const).map((column) => districts.map((one) => one[column])),
    );
  }

  /** Adds schools that are not there yet. The ids are distinct. */
  async addSchools(tx: Transaction): Promise<CopyIn> {
    return copyIn(tx, `COPY school (${COLUMNS}) FROM STDIN WITH (${COPY_OPTIONS})`);
  }

  /**
   * Changes those schools that differ, and does not touch the others. A level or enrollment that
   * the file does not tell is kept. The ids are distinct.
   * @returns how many differed.
   */
  async changeSchools(tx: Transaction, schools: SchoolRecord[]): Promise<number> {
    const [row] = (await tx.query(CHANGE_SCHOOLS, columnsOf(schools))) as { changed: number }[];
    return row!.changed;
  }

  async addWords(tx: Transaction, words: string[]): Promise<void> {
    await tx.query(
      'INSERT INTO school_word (word) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
      [words],
    );
  }
}

const TEXT_COLUMNS = [
  'id',
  'name',
  'street',
  'city',
  'state',
  'zip',
  'county',
  'level',
  'districtId',
] as const;

const SECONDARY_INDEXES = `
  SELECT format('%I.%I', nspname, index.relname) AS name, pg_get_indexdef(indexrelid) AS definition
  FROM pg_index
    JOIN pg_class school ON school.oid = indrelid
    JOIN pg_class index ON index.oid = indexrelid
    JOIN pg_namespace ON pg_namespace.oid = index.relnamespace
  WHERE indrelid IN ('school'::regclass, 'school_word'::regclass) AND NOT indisprimary
    AND pg_has_role(session_user, school.relowner, 'USAGE')`;

/**
 * Texts come as one string each, cut at a character that the import refuses in a file: the arrays
 * of the driver take several times as long to write and to read.
 */
const BETWEEN = '\u001f';
const texts = (parameter: number) => `string_to_array($${parameter}, E'\\x1f')`;

const TOLD = `unnest(
    ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(texts).join(', ')},
    $10::int[], $11::float8[], $12::float8[], $13::boolean[], ${texts(14)}
  ) AS told (${COLUMNS})`;

/**
 * OFFSET 0 keeps the lookup a lookup: joined, the planner may turn it around and read all schools
 * for every batch.
 */
const CHANGE_SCHOOLS = `
  WITH differing AS MATERIALIZED (
    SELECT told.id, told.name, told.street, told.city, told.state, told.zip, told.county,
      coalesce(nullif(told.level, ''), known.level) AS level, told.district_id,
      coalesce(told.enrollment, known.enrollment) AS enrollment, told.latitude, told.longitude,
      told.open, string_to_array(told.words, ' ') AS words
    FROM ${TOLD},
      LATERAL (SELECT * FROM school WHERE school.id = told.id OFFSET 0) AS known
    WHERE (
      known.name, known.street, known.city, known.state, known.zip, known.county, known.district_id,
      known.latitude, known.longitude, known.open, known.words,
      coalesce(nullif(told.level, ''), known.level), coalesce(told.enrollment, known.enrollment)
    ) IS DISTINCT FROM (
      told.name, told.street, told.city, told.state, told.zip, told.county, told.district_id,
      told.latitude, told.longitude, told.open, string_to_array(told.words, ' '),
      known.level, known.enrollment
    )
  ), written AS (
    INSERT INTO school (${COLUMNS}) SELECT ${COLUMNS} FROM differing
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, street = excluded.street,
      city = excluded.city, state = excluded.state, zip = excluded.zip, county = excluded.county,
      level = excluded.level, district_id = excluded.district_id,
      enrollment = excluded.enrollment, latitude = excluded.latitude,
      longitude = excluded.longitude, open = excluded.open, words = excluded.words
  )
  SELECT count(*)::int AS changed FROM differing`;

/** The parameters of {@link TOLD}. */
function columnsOf(schools: SchoolRecord[]): string[] {
  return [
    ...TEXT_COLUMNS.map((column) => schools.map((school) => school[column] ?? '').join(BETWEEN)),
    arrayOf(schools.map(({ enrollment }) => enrollment ?? 'NULL')),
    arrayOf(schools.map(({ latitude }) => latitude)),
    arrayOf(schools.map(({ longitude }) => longitude)),
    arrayOf(schools.map(({ open }) => open)),
    schools.map(({ words }) => words.join(' ')).join(BETWEEN),
  ];
}
