import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database.js';
import { run, statement } from '../../platform/statements.js';
import { conditionsOf, type ReadyFilter } from './filter-sql.js';
import { COUNTED_AT_MOST, FACETS, FACET_NAMES, type CountedValue } from './facets.js';
import { pageKey, type IncidentOrderName, type PageKey } from './incident-order.js';

const NOTED = statement('SELECT max(noted) AS last FROM incident_unreviewed');
const CATCH_UP = statement('SELECT incident_review_catch_up($1, $2, $3) AS last');

/** Reads what is reviewed of incidents; the database writes it. */
@Injectable()
export class ReviewStore {
  /** Whether there are incidents that were made up, and such as happened or were practised. */
  async kinds(tx: Transaction): Promise<{ synthetic: boolean; real: boolean }> {
    const [row] = (await tx.query(
      `SELECT EXISTS (SELECT FROM incident WHERE synthetic) AS synthetic,
         EXISTS (SELECT FROM incident WHERE NOT synthetic AND drill_id IS NULL) AS real`,
    )) as { synthetic: boolean; real: boolean }[];
    return row!;
  }

  /** The last new incident that was noted and is not reviewed yet; null: there is none. */
  async noted(tx: Transaction): Promise<string | null> {
    const [row] = await run<{ last: string | null }>(tx, NOTED, []);
    return row!.last;
  }

  /**
   * Has at most so many reviewed, of those noted behind `after` and up to `through`.
   * @returns the last of them; null: there was none.
   */
  async catchUp(
    tx: Transaction,
    after: string,
    through: string,
    most: number,
  ): Promise<string | null> {
    const [row] = await run<{ last: string | null }>(tx, CATCH_UP, [after, through, most]);
    return row!.last;
  }

  /** Ids in order, with what each is ordered by, behind a key. */
  async page(
    tx: Transaction,
    filter: ReadyFilter,
    order: IncidentOrderName,
    size: number,
    after?: PageKey,
  ): Promise<PageKey[]> {
    const { where, values } = conditionsOf(filter);
    const value = (one: unknown) => `$${values.push(one)}`;
    const { column, direction } = pageKey(order);
    const than = direction === 'DESC' ? '<' : '>';
    const behind = after
      ? `AND (${column}, review.incident_id) ${than} (${value(after.at)}::timestamptz, ${value(after.id)}::uuid)`
      : '';
    return (await tx.query(
      `SELECT review.incident_id AS id, ${column} AS at FROM incident_review review
       WHERE ${where} ${behind}
       ORDER BY ${column} ${direction}, review.incident_id ${direction} LIMIT ${value(size)}`,
      values,
    )) as PageKey[];
  }

  /** Values with their counts, over those last reported, and how many there were: one too many is enough. */
  async facets(tx: Transaction, filter: ReadyFilter) {
    const { where, values } = conditionsOf(filter);
    const rows = (await tx.query(facetSql(where, values.push(COUNTED_AT_MOST)), values)) as (
      CountedValue | { facet: null; incidents: number }
    )[];
    const found = rows.find(({ facet }) => facet === null)!.incidents;
    return { found, rows: rows.filter((row): row is CountedValue => row.facet !== null) };
  }
}

const COLUMNS =
  'us_state, district_id, school_id, school_level, agency, activity, outcome, authorities, policies, departures, synthetic';

/** One row for each value, and one of no facet that says how many incidents there were. */
const facetSql = (where: string, most: number) => `
  WITH found AS MATERIALIZED (
    SELECT ${COLUMNS}, row_number() OVER () AS place FROM (
      SELECT ${COLUMNS} FROM incident_review review WHERE ${where}
      ORDER BY review.reported_at DESC, review.incident_id DESC LIMIT $${most}::int + 1) newest)
  SELECT facet, value, count(*)::int AS incidents
  FROM found CROSS JOIN LATERAL (
    ${FACET_NAMES.map((name) => `SELECT '${name}' AS facet, unnest(${FACETS[name]}) AS value`).join('\n    UNION ALL ')}
  ) counted
  WHERE place <= $${most} AND value IS NOT NULL GROUP BY 1, 2
  UNION ALL SELECT NULL, NULL, count(*)::int FROM found`;
