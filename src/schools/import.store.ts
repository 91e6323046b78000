import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import type { DistrictRecord } from './district-row.js';
import { DistrictRow } from './district.entity.js';
import type { SchoolRecord } from './nces-row.js';

/** Any number that nothing else in this database locks. */
const IMPORT_LOCK = 7_202_612;

/** A school with the words that the search finds it by. */
export interface SchoolToStore extends SchoolRecord {
  words: readonly string[];
}

/** Bulk writes of the import: one statement for thousands of rows. */
@Injectable()
export class ImportStore {
  /** Keeps other imports out until the transaction ends; false when one is under way. */
  async begin(tx: Transaction): Promise<boolean> {
    // Each school is looked up by its key. In a table that was empty when the statement began, the
    // planner would read from end to end for each.
    await tx.query('SET LOCAL enable_seqscan = off');
    const [row] = (await tx.query('SELECT pg_try_advisory_xact_lock($1) AS mine', [
      IMPORT_LOCK,
    ])) as { mine: boolean }[];
    return row!.mine;
  }

  async districts(tx: Transaction): Promise<DistrictRecord[]> {
    return tx.getRepository(DistrictRow).find();
  }

  async putDistricts(tx: Transaction, districts: DistrictRecord[]): Promise<void> {
    await tx.query(
      `INSERT INTO district (id, name, state) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, state = excluded.state`,
      [textArray(districts, 'id'), textArray(districts, 'name'), textArray(districts, 'state')],
    );
  }

  /**
   * Adds the schools that are new and changes those that differ; the others stay untouched. A
   * level or enrollment that this file does not tell is kept. The ids are distinct.
   */
  async putSchools(
    tx: Transaction,
    schools: SchoolToStore[],
  ): Promise<{ added: number; changed: number }> {
    const [row] = (await tx.query(PUT_SCHOOLS, [
      ...TEXT_COLUMNS.map((column) => textArray(schools, column)),
      numberArray(schools, ({ enrollment }) => enrollment),
      numberArray(schools, ({ latitude }) => latitude),
      numberArray(schools, ({ longitude }) => longitude),
      numberArray(schools, ({ open }) => open),
      arrayLiteral(schools.map(({ words }) => words.join(' '))),
    ])) as { added: number; changed: number }[];
    return row!;
  }

  async addWords(tx: Transaction, words: string[]): Promise<void> {
    await tx.query(
      'INSERT INTO school_word (word) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
      [arrayLiteral(words)],
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

/**
 * OFFSET 0 keeps the lookup a lookup: joined, the planner may turn it around and read all schools
 * for every batch.
 */
const PUT_SCHOOLS = `
  WITH incoming AS MATERIALIZED (
    SELECT told.id, told.name, told.street, told.city, told.state, told.zip, told.county,
      coalesce(told.level, known.level) AS level, told.district_id,
      coalesce(told.enrollment, known.enrollment) AS enrollment, told.latitude, told.longitude,
      told.open, string_to_array(told.words, ' ') AS words, known.id IS NULL AS fresh
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::int[], $11::float8[], $12::float8[], $13::boolean[], $14::text[])
      AS told (id, name, street, city, state, zip, county, level, district_id, enrollment, latitude,
        longitude, open, words)
    LEFT JOIN LATERAL (SELECT * FROM school WHERE school.id = told.id OFFSET 0) known ON true
    WHERE known.id IS NULL OR (
      known.name, known.street, known.city, known.state, known.zip, known.county, known.district_id,
      known.latitude, known.longitude, known.open, known.words,
      coalesce(told.level, known.level), coalesce(told.enrollment, known.enrollment)
    ) IS DISTINCT FROM (
      told.name, told.street, told.city, told.state, told.zip, told.county, told.district_id,
      told.latitude, told.longitude, told.open, string_to_array(told.words, ' '),
      known.level, known.enrollment
    )
  ), written AS (
    INSERT INTO school (id, name, street, city, state, zip, county, level, district_id, enrollment,
      latitude, longitude, open, words)
    SELECT id, name, street, city, state, zip, county, level, district_id, enrollment, latitude,
      longitude, open, words
    FROM incoming
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, street = excluded.street,
      city = excluded.city, state = excluded.state, zip = excluded.zip, county = excluded.county,
      level = excluded.level, district_id = excluded.district_id,
      enrollment = excluded.enrollment, latitude = excluded.latitude,
      longitude = excluded.longitude, open = excluded.open, words = excluded.words
  )
  SELECT count(*) FILTER (WHERE fresh)::int AS added,
    count(*) FILTER (WHERE NOT fresh)::int AS changed FROM incoming`;

function textArray<T extends object>(rows: T[], column: keyof T): string {
  return arrayLiteral(rows.map((row) => row[column] as string | null));
}

/** A PostgreSQL array of texts as one literal: the driver's own way takes several times as long. */
function arrayLiteral(values: (string | null)[]): string {
  const elements = values.map((value) =>
    value === null ? 'NULL' : `"${/["\\]/.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`,
  );
  return `{${elements.join(',')}}`;
}

function numberArray<T>(rows: T[], value: (row: T) => number | boolean | null): string {
  return `{${rows.map((row) => value(row) ?? 'NULL').join(',')}}`;
}
