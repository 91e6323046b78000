import { Injectable } from '@nestjs/common';
import { boxAround, distanceMeters } from '../geo/distance.js';
import type { Point } from '../geo/h3.js';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import type { Transaction } from '../platform/database.js';
import { DistrictRow } from './district.entity.js';
import type { CheckedQuery } from './school-query.js';
import { SchoolRow } from './school.entity.js';
import { searchPlan, wordsOf, type SearchPlan, type WordMatch } from './search-words.js';

/** A school of a list: with its distance when a place was given, and its rank when words were. */
export type ListedSchool = SchoolRow & { distance: number; rank: number };

/** A prefix that fits is worth this much of the whole word. */
const PREFIX_SCORE = 700;

@Injectable()
export class SchoolsStore {
  async byIds(tx: Transaction, ids: string[]): Promise<SchoolRow[]> {
    if (ids.length === 0) return [];
    return tx
      .getRepository(SchoolRow)
      .createQueryBuilder('school')
      .where('school.id = ANY(:ids)', { ids })
      .getMany();
  }

  async districts(tx: Transaction, ids: string[]): Promise<DistrictRow[]> {
    if (ids.length === 0) return [];
    return tx
      .getRepository(DistrictRow)
      .createQueryBuilder('district')
      .where('district.id = ANY(:ids)', { ids })
      .getMany();
  }

  /** Open schools within so many meters, nearest first. */
  async within(tx: Transaction, point: Point, meters: number): Promise<ListedSchool[]> {
    const box = boxAround(point, meters);
    const found: SchoolRow[] = [];
    for (const [west, east] of box.longitudes)
      found.push(
        ...(await tx
          .getRepository(SchoolRow)
          .createQueryBuilder('school')
          .where('school.latitude BETWEEN :south AND :north', {
            south: box.south,
            north: box.north,
          })
          .andWhere('school.longitude BETWEEN :west AND :east', { west, east })
          .andWhere('school.open')
          .getMany()),
      );
    return found
      .map((school) => ({ ...school, distance: distanceMeters(point, school), rank: 0 }))
      .filter(({ distance }) => distance <= meters)
      .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
  }

  /** One page of open schools: nearest, else best, else by name. */
  async list(
    tx: Transaction,
    query: CheckedQuery,
    size: number,
    after: string | null | undefined,
  ): Promise<Page<ListedSchool>> {
    const plan = query.search === null ? undefined : await this.plan(tx, query.search);
    if (query.search !== null && !plan) return { rows: [], hasNextPage: false };
    return query.near
      ? this.listNear(tx, { ...query, near: query.near }, plan, size, after)
      : this.listRanked(tx, query, plan, size, after);
  }

  /** The words schools carry that resemble those of the search (pg_trgm), and what to do with them. */
  private async plan(tx: Transaction, search: string): Promise<SearchPlan | undefined> {
    const terms = wordsOf(search);
    const matches = (await tx.query(
      `SELECT term::int, word,
         greatest(round(similarity(word, text) * 1000), CASE WHEN starts_with(word, text) THEN $2 ELSE 0 END)::int AS score
       FROM unnest($1::text[]) WITH ORDINALITY AS asked (text, term)
       JOIN school_word ON word % text OR word LIKE text || '%'`,
      [terms, PREFIX_SCORE],
    )) as WordMatch[];
    return searchPlan(terms.length, matches);
  }

  private async listNear(
    tx: Transaction,
    query: CheckedQuery & { near: NonNullable<CheckedQuery['near']> },
    plan: SearchPlan | undefined,
    size: number,
    after: string | null | undefined,
  ): Promise<Page<ListedSchool>> {
    const cursor = decodeCursor(after, ['number', 'text']) as [number, string] | undefined;
    const near = await this.within(tx, query.near, query.near.withinMeters);
    const matching = plan && new Set((await this.matching(tx, plan, query)).map(({ id }) => id));
    const rest = near.filter(
      (school) =>
        (!matching || matching.has(school.id)) &&
        (query.districtId === null || school.districtId === query.districtId) &&
        (query.state === null || school.state === query.state) &&
        (!cursor ||
          school.distance > cursor[0] ||
          (school.distance === cursor[0] && school.id > cursor[1])),
    );
    return pageOf(
      rest.slice(0, size + 1),
      size,
      (school) => school,
      ({ distance, id }) => [distance, id],
    );
  }

  private async listRanked(
    tx: Transaction,
    query: CheckedQuery,
    plan: SearchPlan | undefined,
    size: number,
    after: string | null | undefined,
  ): Promise<Page<ListedSchool>> {
    const cursor = decodeCursor(after, ['integer', 'text', 'text']);
    const [rank, name, id] = cursor ?? [null, null, null];
    const rows = (await tx.query(
      `SELECT *, district_id AS "districtId" FROM (${matchingSql(plan)}) school
       WHERE $7::int IS NULL OR rank < $7 OR (rank = $7 AND (name, id) > ($8, $9))
       ORDER BY rank DESC, name, id LIMIT $10`,
      [...matchingValues(plan, query), rank, name, id, size + 1],
    )) as ListedSchool[];
    return pageOf(
      rows,
      size,
      (school) => school,
      (school) => [school.rank, school.name, school.id],
    );
  }

  private async matching(tx: Transaction, plan: SearchPlan, query: CheckedQuery) {
    return (await tx.query(
      `SELECT id FROM (${matchingSql(plan)}) school`,
      matchingValues(plan, query),
    )) as { id: string }[];
  }
}

/**
 * Open schools that fit, with their rank: of each word asked for, the best resemblance among the
 * school's words, added up. $1–$3 the resemblances, $4 the words that make a candidate, $5 and $6
 * district and state.
 */
function matchingSql(plan: SearchPlan | undefined): string {
  const fits =
    plan === undefined
      ? '$4::text[] IS NULL'
      : `words ${plan.kind === 'generic' ? '@>' : '&&'} $4::text[]`;
  const least = plan?.kind === 'ranked' ? plan.least : 0;
  return `
    SELECT * FROM (
      SELECT school.*, coalesce((
        SELECT sum(best) FROM (
          SELECT max(score) AS best FROM unnest($1::int[], $2::text[], $3::int[]) AS m (term, word, score)
          WHERE m.word = ANY(school.words) GROUP BY term) scores), 0)::int AS rank
      FROM school
      WHERE open AND ${fits}
        AND ($5::text IS NULL OR district_id = $5) AND ($6::text IS NULL OR state = $6)
    ) ranked WHERE rank >= ${least}`;
}

function matchingValues(plan: SearchPlan | undefined, query: CheckedQuery): unknown[] {
  const matches = plan?.kind === 'ranked' ? plan.matches : [];
  return [
    matches.map(({ term }) => term),
    matches.map(({ word }) => word),
    matches.map(({ score }) => score),
    plan?.words ?? null,
    query.districtId,
    query.state,
  ];
}
