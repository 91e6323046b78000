import { addDays, type Span } from '../statistics/spans.js';

/** Calendar periods in which figures are published; each begins with a month. */
export const PERIODS = ['MONTH', 'QUARTER', 'SCHOOL_YEAR'] as const;
export type PeriodName = (typeof PERIODS)[number];

const MONTHS: Record<PeriodName, number> = { MONTH: 1, QUARTER: 3, SCHOOL_YEAR: 12 };
/** A school year is from July through June, as those who fund schools count it. */
const FIRST_MONTH = 7;

/** Days after the last, before anything is published: what comes in late is in by then. */
export const DELAY_DAYS = 7;
/** A day is over everywhere so many hours after it is over in UTC. */
const LAST_ZONE_HOURS = 12;

/** One period: its first day, the day after its last, and a name such as `2026-09`, `2026-Q3`, `2026/27`. */
export interface Period extends Span {
  name: string;
}

/** The period of a kind that begins with a day, or undefined where none does. */
export function periodFrom(kind: PeriodName, from: string): Period | undefined {
  const [year, month, day] = from.split('-').map(Number) as [number, number, number];
  const begins = day === 1 && (month - FIRST_MONTH + 12) % MONTHS[kind] === 0;
  if (!begins) return undefined;
  return { from, to: monthsAfter(from, MONTHS[kind]), name: nameOf(kind, year, month) };
}

/** The periods of a kind that make up another, in order; undefined where that is the finer. */
export function periodsIn(span: Period, spanKind: PeriodName, kind: PeriodName) {
  const count = MONTHS[spanKind] / MONTHS[kind];
  if (!Number.isInteger(count)) return undefined;
  return Array.from({ length: count }, (_, index) =>
    periodFrom(kind, monthsAfter(span.from, index * MONTHS[kind]))!,
  );
}

/** From when on figures of a period may be published. */
export const openFrom = ({ to }: Span): Date =>
  new Date(Date.parse(`${addDays(to, DELAY_DAYS)}T00:00:00Z`) + LAST_ZONE_HOURS * 3_600_000);

function nameOf(kind: PeriodName, year: number, month: number): string {
  if (kind === 'SCHOOL_YEAR') return `${year}/${String(year + 1).slice(-2)}`;
  if (kind === 'QUARTER') return `${year}-Q${(month + 2) / 3}`;
  return `${year}-${String(month).padStart(2, '0')}`;
}

const monthsAfter = (day: string, months: number): string => {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
};
