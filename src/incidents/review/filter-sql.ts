import { cellSpan } from './cells.js';
import type { IncidentFilter } from './incident-filter.js';

/**
 * How a filter becomes SQL, for whatever reads many incidents: a screen, figures, exports.
 *
 * 1. `const ready = await this.filters.ready(filter)` (`ReviewFilters`, exported by `IncidentsModule`)
 *    checks it, @throws BadInput by field, and turns the words of `text` into what the notes hold.
 * 2. `const { where, values } = conditionsOf(ready)` gives conditions over `incident_review review`:
 *
 *        SELECT review.agency, count(*)::int AS incidents
 *        FROM incident_review review WHERE ${where} GROUP BY 1
 *
 *    `values` are its parameters `$1 …`; further ones follow: `$${values.push(x)}`. With
 *    `conditionsOf(ready, { values })` it goes on after parameters that are there already.
 * 3. For figures: `conditionsOf(ready, { counted: true })` leaves out what was merged into another
 *    (its reports are counted there), and `await this.filters.forFigures(filter)` in place of `ready`
 *    leaves out what is synthetic, unless it is asked for or all there is is synthetic.
 *
 * Column names are constants (`GROUPINGS`): put no name from a client into SQL.
 *
 * `incident_review` has one row for each incident, which the database writes (triggers; see
 * docs/architecture.md), and nobody else may: in the transaction of the facts, but that of a new
 * incident when somebody next reads. `ready` and `forFigures` see to that; who makes a ReadyFilter
 * himself calls `Reviewed.upToDate` before he reads, and before he opens a snapshot. Its columns:
 *
 * | column | |
 * |---|---|
 * | incident_id | uuid |
 * | reported_at, observed_at | timestamptz: opened; first observed |
 * | time_zone | IANA, of the school |
 * | local_day, local_weekday, local_hour | of the first observation, by that clock: date; 1 (Monday) to 7; 0 to 23 |
 * | us_state, district_id, school_id | of the school that it is about |
 * | school_level | as NCES has it, in capitals; null: unknown |
 * | agency | confirmed; else what reports say; else, where they do not know, claimed; UNKNOWN |
 * | activity, state, outcome | as on the incident; outcome: `dismissal`, else `state` |
 * | authorities | text[]: `authorityShown` as recorded; {} where nothing is recorded |
 * | policies | text[]: kinds in force on `local_day` |
 * | departures | text[]: rules, as `Incident.departures` has them |
 * | drill, synthetic | boolean; they never change |
 * | minutes_to_verify | float8: reported to verified; null: never, or RECORDED |
 * | minutes_to_correct | float8: verified to the all-clear or the retraction, the later; null: neither |
 * | absences, absences_baseline | integer, as recorded |
 * | latitude, longitude, school_meters | of the exact place: staff only |
 * | cell | bigint: H3 of resolution 9 |
 * | notes | tsvector of digests of words |
 * | codes | text[]: `agency:ICE`, `policy:…`: for the index, not for reading |
 *
 * Devices told stand in `delivery`: `DEVICES_TOLD` is an expression over `review`.
 */
export interface ReadyFilter extends Omit<IncidentFilter, 'text'> {
  /** What notes hold in place of the words that were asked for; null: none were. */
  noteTokens: string[] | null;
}

export interface Conditions {
  /** Conditions joined by AND; at least one. */
  where: string;
  values: unknown[];
}

/** What incidents are grouped by, as expressions over `review`; of `policy` and the two below, several each. */
export const GROUPINGS = {
  month: `date_trunc('month', review.local_day)::date`,
  /** The Monday it begins with. */
  week: `date_trunc('week', review.local_day)::date`,
  weekday: 'review.local_weekday',
  hour: 'review.local_hour',
  usState: 'review.us_state',
  district: 'review.district_id',
  school: 'review.school_id',
  schoolLevel: 'review.school_level',
  agency: 'review.agency',
  activity: 'review.activity',
  outcome: 'review.outcome',
  authority: 'unnest(review.authorities)',
  policy: 'unnest(review.policies)',
  departure: 'unnest(review.departures)',
} as const;

/** How many devices its first message reached, rounded to tens; null: it was not told. */
export const DEVICES_TOLD = `(SELECT (round(max(delivery.accepted) / 10.0) * 10)::int
  FROM delivery WHERE delivery.incident_id = review.incident_id)`;

export interface ConditionOptions {
  /** Parameters that the statement has already. */
  values?: unknown[];
  /** Leaves out what was merged into another. */
  counted?: boolean;
}

/** The conditions of a filter; `values` is added to. */
export function conditionsOf(
  filter: ReadyFilter,
  { values = [], counted = false }: ConditionOptions = {},
): Conditions {
  const value = (one: unknown) => `$${values.push(one)}`;
  const all = [
    filter.drills ? 'review.drill' : 'NOT review.drill',
    ...(counted ? [`review.state <> 'MERGED'`] : []),
    ...times(filter, value),
    ...places(filter, value),
    ...coded(filter, value),
  ];
  if (typeof filter.synthetic === 'boolean')
    all.push(filter.synthetic ? 'review.synthetic' : 'NOT review.synthetic');
  if (filter.noteTokens) {
    const query = filter.noteTokens.map((token) => `'${token}'`).join(' & ');
    all.push(`review.notes @@ ${value(query)}::tsquery`);
  }
  return { where: all.join(' AND '), values };
}

type Value = (one: unknown) => string;

function times(filter: ReadyFilter, value: Value): string[] {
  const { since, until, observedSince, observedUntil } = filter;
  return [
    ...(since ? [`review.reported_at >= ${value(since)}`] : []),
    ...(until ? [`review.reported_at < ${value(until)}`] : []),
    ...(observedSince ? [`review.observed_at >= ${value(observedSince)}`] : []),
    ...(observedUntil ? [`review.observed_at < ${value(observedUntil)}`] : []),
  ];
}

function places(filter: ReadyFilter, value: Value): string[] {
  const { districtId, schoolId, box, cell, withinMeters, beyondMeters } = filter;
  const conditions = [
    ...(districtId ? [`review.district_id = ${value(districtId)}`] : []),
    ...(schoolId ? [`review.school_id = ${value(schoolId)}`] : []),
    ...among('review.district_id', filter.districtIds, value),
    ...among('review.school_id', filter.schoolIds, value),
    ...among('review.us_state', filter.usStates, value),
  ];
  if (box) {
    const [south, north, west, east] = [box.south, box.north, box.west, box.east].map(value);
    conditions.push(`review.latitude BETWEEN ${south} AND ${north}`);
    conditions.push(
      box.west < box.east
        ? `review.longitude BETWEEN ${west} AND ${east}`
        : `(review.longitude >= ${west} OR review.longitude <= ${east})`,
    );
  }
  if (cell) {
    const [first, last] = cellSpan(cell).map(value);
    conditions.push(`review.cell BETWEEN ${first}::bigint AND ${last}::bigint`);
  }
  if (isNumber(withinMeters)) conditions.push(`review.school_meters <= ${value(withinMeters)}`);
  if (isNumber(beyondMeters)) conditions.push(`review.school_meters > ${value(beyondMeters)}`);
  return conditions;
}

/** One for a single value, so that an index in order of time can be read for it. */
function among(column: string, list: readonly string[] | null | undefined, value: Value) {
  const [first, ...more] = [...new Set(list)];
  if (first === undefined) return [];
  if (more.length === 0) return [`${column} = ${value(first)}`];
  return [`${column} = ANY(${value([first, ...more])}::text[])`];
}

/** What one index over codes answers, alone or together. */
function coded(filter: ReadyFilter, value: Value): string[] {
  const any = (kind: string, list: readonly string[] | null | undefined) =>
    list?.length ? [`review.codes && ${value(codesOf(kind, list))}::text[]`] : [];
  const levels = filter.schoolLevels?.map((level) => level.trim().toUpperCase());
  return [
    ...any('state', filter.states),
    ...any('outcome', filter.outcomes),
    ...any('level', levels),
    ...any('agency', filter.agencies),
    ...any('activity', filter.activities),
    ...any('authority', filter.authorities),
    ...any('policy', filter.policies),
    ...any('departure', filter.departures),
    ...any('departed', typeof filter.departed === 'boolean' ? [String(filter.departed)] : []),
    ...(filter.withoutPolicies?.length
      ? [`NOT review.codes && ${value(codesOf('policy', filter.withoutPolicies))}::text[]`]
      : []),
  ];
}

const codesOf = (kind: string, list: readonly string[]) => [
  ...new Set(list.map((code) => `${kind}:${code}`)),
];

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';
