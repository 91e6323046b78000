import { exactInterval } from './binomial-interval.js';

/** How often something happened, and in how many days it could. */
export interface Exposure {
  incidents: number;
  days: number;
}

/** What the two spans say of one another. */
export const READINGS = [
  /** The interval holds 1: chance alone explains the difference, if there is one. */
  'NO_DIFFERENCE_SHOWN',
  'FEWER_AFTER',
  'MORE_AFTER',
  /** Neither span has an incident. */
  'NOTHING_TO_COMPARE',
] as const;
export type ReadingName = (typeof READINGS)[number];

export interface RateRatio {
  /** Incidents a day after, by incidents a day before; null: there was none before. */
  ratio: number | null;
  /** Null where there is nothing to compare. `high` is null where there is no limit. */
  interval: { low: number; high: number | null } | null;
  /** One span has no incident: 95 % are within one limit, and there is no other. */
  oneSided: boolean;
  reading: ReadingName;
}

/**
 * The ratio of two Poisson rates with its exact interval of 95 %, conditional on how many incidents
 * there were: of so many, those after are binomial, and the interval of their share (Clopper and
 * Pearson) is that of the ratio. As `poisson.test(c(after, before), c(daysAfter, daysBefore))` of R;
 * where a span has none, as its one-sided test.
 *
 * @param before, after counts that are whole and not negative, days more than 0.
 */
export function rateRatio(before: Exposure, after: Exposure): RateRatio {
  const all = before.incidents + after.incidents;
  if (all === 0)
    return { ratio: null, interval: null, oneSided: false, reading: 'NOTHING_TO_COMPARE' };
  const share = exactInterval(after.incidents, all);
  const scale = before.days / after.days;
  const odds = (part: number) => (part / (1 - part)) * scale;
  const interval = { low: odds(share.low), high: share.high === 1 ? null : odds(share.high) };
  return {
    ratio: before.incidents === 0 ? null : (after.incidents / before.incidents) * scale,
    interval,
    oneSided: before.incidents === 0 || after.incidents === 0,
    reading: readingOf(interval),
  };
}

function readingOf({ low, high }: { low: number; high: number | null }): ReadingName {
  if (high !== null && high < 1) return 'FEWER_AFTER';
  return low > 1 ? 'MORE_AFTER' : 'NO_DIFFERENCE_SHOWN';
}

/** The two spans in a sentence that may be read out. It states what was counted, and no cause. */
export function ratioWords(
  before: Exposure,
  after: Exposure,
  { ratio, interval, oneSided, reading }: RateRatio,
  days: string,
): string {
  const counted = `${incidents(before.incidents)} in ${before.days} ${days} before, ${incidents(after.incidents)} in ${after.days} ${days} after.`;
  if (!interval) return `${counted} There is nothing to compare.`;
  const range = oneSided
    ? limitWords(interval)
    : `${short(interval.low)} to ${short(interval.high!)}`;
  const rate =
    ratio === null
      ? `The ratio of the rates has no estimate (95 % interval: ${range}).`
      : `The rate after is ${short(ratio)} times that before (95 % interval: ${range}).`;
  return `${counted} ${rate} ${READING_WORDS[reading]} Figures like these do not show why.`;
}

const READING_WORDS: Record<ReadingName, string> = {
  NO_DIFFERENCE_SHOWN: 'These figures do not show that the rates differ.',
  FEWER_AFTER: 'There were fewer after, by more than chance explains.',
  MORE_AFTER: 'There were more after, by more than chance explains.',
  NOTHING_TO_COMPARE: '',
};

const limitWords = ({ low, high }: { low: number; high: number | null }) =>
  high === null ? `${short(low)} or more` : `${short(high)} or less`;
const incidents = (count: number) => `${count} ${count === 1 ? 'incident' : 'incidents'}`;
function short(value: number): string {
  if (value === 0) return '0';
  if (value >= 100) return value.toFixed(0);
  return value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}
