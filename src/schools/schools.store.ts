import { Injectable } from '@nestjs/common';
import { boxAround } from '../geo/distance.js';
import type { Point } from '../geo/h3.js';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import type { Transaction } from '../platform/database.js';
import { DistrictRow } from './district.entity.js';
import { nearestFirst } from './nearest-first.js';
import type { CheckedQuery } from './school-query.js';
import { SchoolRow } from './school.entity.js';
import { searchPlan, wordsOf, type SearchPlan, type WordMatch } from './search-words.js';

/** A school of a list: with its distance when a place was given, and its rank when words were. */
export type ListedSchool = SchoolRow & { distance: number; rank: number };

/** A prefix that fits is worth this much of the whole word. */
const PREFIX_SCORE = 700;
/** Each more costs every search: the words of one, and the likenesses of one word. */
const MAX_TERMS = 8;
const MAX_LIKENESSES = 24;

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
    return nearestFirst(found, point, meters);
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
    const terms = wordsOf(search).slice(0, MAX_TERMS);
    const matches = (await tx.query(
      `SELECT term::int, alike.word, alike.score
       FROM unnest($1::text[]) WITH ORDINALITY AS asked (text, term), LATERAL (
         SELECT word, greatest(
             round(similarity(word, text) * 1000), CASE WHEN starts_with(word, text) THEN $2 ELSE 0 END
           )::int AS score
         FROM school_word
         WHERE word % text OR word = text OR (length(text) > 1 AND word LIKE text || '%')
         ORDER BY score DESC, word LIMIT $3
       ) alike`,
      [terms, PREFIX_SCORE, MAX_LIKENESSES],
    )) as WordMatch[];
    return searchPlan(matches);
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
    const matching = plan && (await this.matching(tx, plan, near));
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
    const values: unknown[] = [];
    const value = (one: unknown) => `$${values.push(one)}`;
    const where = [
      ...(query.districtId === null ? [] : [`school.district_id = ${value(query.districtId)}`]),
      ...(query.state === null ? [] : [`school.state = ${value(query.state)}`]),
    ];
    const listed = rankedSql(plan, query.search ?? '', where, value);
    const [rank, name, id] = (cursor ?? []).map(value);
    const rows = (await tx.query(
      `SELECT *, district_id AS "districtId" FROM (${listed}) school
       ${cursor ? `WHERE rank < ${rank} OR (rank = ${rank} AND (name, id) > (${name}, ${id}))` : ''}
       ORDER BY rank DESC, name, id LIMIT ${value(size + 1)}`,
      values,
    )) as ListedSchool[];
    return pageOf(
      rows,
      size,
      (school) => school,
      (school) => [school.rank, school.name, school.id],
    );
  }

  /** Which of these schools fit the search. */
  private async matching(
    tx: Transaction,
    plan: SearchPlan,
    among: { id: string }[],
  ): Promise<Set<string>> {
    const values: unknown[] = [];
    const value = (one: unknown) => `$${values.push(one)}`;
    const where = [`school.id = ANY(${value(among.map(({ id }) => id))}::text[])`];
    const rows = (await tx.query(
      `SELECT id FROM (${rankedSql(plan, '', where, value)}) school`,
      values,
    )) as { id: string }[];
    return new Set(rows.map(({ id }) => id));
  }
}

/** A whole name like the search is worth this much: it decides between schools of one city. */
const NAME_SCORE = 400;

/**
 * Open schools that fit, with their rank: of each word asked for, the best resemblance among the
 * school's words, added up, and how much the name as a whole is like the search.
 * @param value takes a value and returns its place in the statement.
 */
function rankedSql(
  plan: SearchPlan | undefined,
  search: string,
  where: string[],
  value: (one: unknown) => string,
): string {
  const conditions = ['school.open', ...where];
  if (plan?.kind !== 'ranked') {
    if (plan) conditions.push(`school.words @> ${value(plan.words)}::text[]`);
    return `SELECT school.*, 0 AS rank FROM school WHERE ${conditions.join(' AND ')}`;
  }
  conditions.push(`school.words && ${value(plan.words)}::text[]`);
  const likenesses = `unnest(${value(plan.matches.map(({ term }) => term))}::int[],
    ${value(plan.matches.map(({ word }) => word))}::text[],
    ${value(plan.matches.map(({ score }) => score))}::int[]) AS alike (term, word, score)`;
  return `
    SELECT school.*,
      (total + round(${NAME_SCORE} * similarity(school.name, ${value(search)})))::int AS rank
    FROM (
      SELECT id, sum(best) AS total FROM (
        SELECT school.id, alike.term, max(alike.score) AS best
        FROM school CROSS JOIN LATERAL unnest(school.words) AS carried (word)
          JOIN ${likenesses} ON alike.word = carried.word
        WHERE ${conditions.join(' AND ')} GROUP BY school.id, alike.term
      ) scored GROUP BY id HAVING sum(best) >= ${value(plan.least)}
    ) fitting JOIN school USING (id)`;
}
