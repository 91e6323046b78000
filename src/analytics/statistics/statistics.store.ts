import { Injectable } from '@nestjs/common';
import { DEVICES_TOLD, conditionsOf, type ReadyFilter } from '../../incidents/review/filter-sql.js';
import type { Transaction } from '../../platform/database.js';
import { GROUP_BY, type GroupByName, type MeasureName } from './grouping.js';

/** A second person confirmed it, and nobody took that back. */
export const CONFIRMED = `review.state IN ('ACTIVE', 'CLEARED', 'EXPIRED', 'RECORDED')`;

/** What a measure needs, of each group; numbers are float8. */
export interface Figures {
  incidents: number;
  confirmed: number;
  /** Of minutes: how many incidents have them, and their quartiles. */
  timed?: number;
  quartiles?: [number, number, number] | null;
  /** Of what is known to have been so or not: how many were unfounded. */
  unfounded?: number;
  settled?: number;
  /** Incidents that were told, and devices over all of them. */
  told?: number;
  devices?: number | null;
  /** Incidents with absences and their baseline; how many lie above and below; the sum of the differences. */
  attended?: number;
  above?: number;
  below?: number;
  excess?: number | null;
  absenceRatio?: number | null;
}

export interface GroupedFigures extends Figures {
  keys: (string | null)[];
}

const minutes = (column: string) => `count(${column})::int AS timed,
  percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY ${column}) AS quartiles`;

const DIFFERENCE = 'review.absences - review.absences_baseline';

const AGGREGATES: Record<MeasureName, string> = {
  INCIDENTS: '',
  MINUTES_TO_VERIFY: minutes('review.minutes_to_verify'),
  MINUTES_TO_CORRECT: minutes('review.minutes_to_correct'),
  SHARE_UNFOUNDED: `
    count(*) FILTER (WHERE review.outcome IN ('UNFOUNDED', 'RETRACTED'))::int AS unfounded,
    count(*) FILTER (WHERE review.outcome IN ('UNFOUNDED', 'RETRACTED') OR ${CONFIRMED})::int AS settled`,
  DEVICES_TOLD: 'count(devices)::int AS told, sum(devices)::float8 AS devices',
  ABSENCES: `count(${DIFFERENCE})::int AS attended,
    count(*) FILTER (WHERE ${DIFFERENCE} > 0)::int AS above,
    count(*) FILTER (WHERE ${DIFFERENCE} < 0)::int AS below,
    sum(${DIFFERENCE})::float8 AS excess,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY review.absences::float8 / review.absences_baseline)
      FILTER (WHERE review.absences_baseline > 0) AS "absenceRatio"`,
};

/** Spans of days, from the first on and before the second. */
export interface Days {
  from: string;
  to: string;
}

/** Reads what is counted of incidents; it changes nothing. */
@Injectable()
export class StatisticsStore {
  /** Groups in order of their keys, at most `most`; without `groupBy` one, of everything. */
  async figures(
    tx: Transaction,
    filter: ReadyFilter,
    measure: MeasureName,
    groupBy: readonly GroupByName[],
    most: number,
  ): Promise<GroupedFigures[]> {
    const { where, values } = conditionsOf(filter, { counted: true });
    const joins = groupBy.map(
      (name, n) => `LEFT JOIN LATERAL (SELECT ${GROUP_BY[name].key} AS key) AS by${n} ON true`,
    );
    if (measure === 'DEVICES_TOLD')
      joins.push(`LEFT JOIN LATERAL (SELECT ${DEVICES_TOLD} AS devices) AS told ON true`);
    const keys = groupBy.map((_, n) => `by${n}.key`);
    const own = AGGREGATES[measure];
    return (await tx.query(
      `SELECT ARRAY[${keys.join(', ')}]::text[] AS keys, count(*)::int AS incidents,
         count(*) FILTER (WHERE ${CONFIRMED})::int AS confirmed ${own && `, ${own}`}
       FROM incident_review review ${joins.join(' ')}
       WHERE ${where} ${keys.length > 0 ? `GROUP BY ${keys.join(', ')} ORDER BY ${keys.join(', ')}` : ''}
       LIMIT $${values.push(most)}`,
      values,
    )) as GroupedFigures[];
  }

  /** Confirmed incidents of each span, by local days; `weekdaysOnly`: Monday to Friday. */
  async inDays(
    tx: Transaction,
    filter: ReadyFilter,
    spans: readonly Days[],
    weekdaysOnly: boolean,
  ): Promise<number[]> {
    const { where, values } = conditionsOf(filter, { counted: true });
    const counts = spans.map(({ from, to }) => {
      const [first, end] = [values.push(from), values.push(to)];
      return `count(*) FILTER (WHERE review.local_day >= $${first}::date AND review.local_day < $${end}::date)::int`;
    });
    const [row] = (await tx.query(
      `SELECT ARRAY[${counts.join(', ')}] AS counts FROM incident_review review
       WHERE ${where} AND ${CONFIRMED} ${weekdaysOnly ? 'AND review.local_weekday <= 5' : ''}`,
      values,
    )) as { counts: number[] }[];
    return row!.counts;
  }

  /** The day on which the network's first report of this kind came in (UTC); null: none did. */
  async firstDay(tx: Transaction, synthetic: boolean | null | undefined): Promise<string | null> {
    const { where, values } = conditionsOf({ synthetic, noteTokens: null });
    const [row] = (await tx.query(
      `SELECT (min(review.reported_at) AT TIME ZONE 'UTC')::date::text AS day
       FROM incident_review review WHERE ${where}`,
      values,
    )) as { day: string | null }[];
    return row!.day;
  }
}
