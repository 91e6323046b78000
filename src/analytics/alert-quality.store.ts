import { Injectable } from '@nestjs/common';
import type { OutcomeName } from '../incidents/outcomes.js';
import type { Transaction } from '../platform/database.js';
import { BUCKETS } from './buckets.js';

export interface Span {
  since: Date | null;
  until: Date | null;
  districtId: string | null;
}

export interface Minutes {
  incidents: number;
  median: number | null;
  ninetieth: number | null;
  longest: number | null;
  /** One more than {@link BUCKETS}: the last for what took longer. */
  counts: number[];
}

/** Real incidents of a span: no drills, and none whose reports were merged into another. */
const REAL = `drill_id IS NULL AND state <> 'MERGED'
  AND ($1::timestamptz IS NULL OR opened_at >= $1) AND ($2::timestamptz IS NULL OR opened_at < $2)
  AND ($3::text IS NULL OR district_id = $3)`;

const parameters = ({ since, until, districtId }: Span) => [since, until, districtId];

/** Also of what was retracted afterwards; a process that knew no `cleared_at` wrote the other alone. */
const CLEARED_AT = `COALESCE(cleared_at, CASE WHEN state = 'CLEARED' THEN corrected_at END)`;

/** Which moments a time lies between, and for which incidents it is asked. */
const TIMES = {
  verify: { from: 'opened_at', to: 'verified_at', where: `state <> 'RECORDED'` },
  allClear: { from: 'verified_at', to: CLEARED_AT, where: `state IN ('CLEARED', 'RETRACTED')` },
  retraction: { from: 'verified_at', to: 'corrected_at', where: `state = 'RETRACTED'` },
} as const;
export type TimeName = keyof typeof TIMES;

/** Reads; it changes nothing. */
@Injectable()
export class AlertQualityStore {
  async outcomes(tx: Transaction, span: Span) {
    return (await tx.query(
      `SELECT COALESCE(dismissal, state) AS outcome, count(*)::int AS incidents,
         (count(*) FILTER (WHERE verified_by IS NOT NULL))::int AS verified,
         (count(*) FILTER (WHERE verified_at IS NOT NULL AND verified_by IS NULL))::int AS corroborated
       FROM incident WHERE ${REAL} GROUP BY 1 ORDER BY 1`,
      parameters(span),
    )) as { outcome: OutcomeName; incidents: number; verified: number; corroborated: number }[];
  }

  async minutes(tx: Transaction, span: Span, name: TimeName): Promise<Minutes> {
    const { from, to, where } = TIMES[name];
    const counted = BUCKETS.map((_, index) => `count(*) FILTER (WHERE bucket = ${index})`);
    const [row] = (await tx.query(
      `SELECT count(*)::int AS incidents,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) AS median,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY minutes) AS ninetieth,
         max(minutes) AS longest,
         ARRAY[${counted.join(', ')}, count(*) FILTER (WHERE bucket = ${BUCKETS.length})]::int[] AS counts
       FROM (SELECT minutes, (SELECT count(*) FROM unnest($4::float8[]) bound WHERE minutes > bound) AS bucket
             FROM (SELECT (EXTRACT(EPOCH FROM ${to} - ${from}) / 60)::float8 AS minutes
                   FROM incident WHERE ${REAL} AND ${to} IS NOT NULL AND ${where}) times) counted`,
      [...parameters(span), BUCKETS],
    )) as Minutes[];
    return row!;
  }
}
