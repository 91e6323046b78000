/** Days are counted from 1970-01-01, as calendars have them. */
const DAY_MS = 86_400_000;

/** First and last day without school, month and day, in the year as most districts have it. */
const BREAKS: readonly [string, string][] = [
  ['01-01', '01-04'],
  ['03-16', '03-22'],
  ['05-29', '08-09'],
  ['11-24', '11-28'],
  ['12-20', '12-31'],
];

export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / DAY_MS;
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** 0: Sunday. */
export const weekdayOf = (day: number): number => new Date(day * DAY_MS).getUTCDay();

export function isSchoolDay(day: number): boolean {
  const weekday = weekdayOf(day);
  if (weekday === 0 || weekday === 6) return false;
  const date = dayText(day).slice(5);
  return !BREAKS.some(([from, to]) => from <= date && date <= to);
}

/** How much is seen on a day, beside a day of school. */
export function dayWeight(day: number): number {
  if (isSchoolDay(day)) return 1;
  const weekday = weekdayOf(day);
  return weekday === 0 || weekday === 6 ? 0.22 : 0.4;
}

export type PartOfDay = 'ARRIVAL' | 'CLASS' | 'DISMISSAL' | 'AFTER' | 'NO_SCHOOL';

/** Parts of a school day, in minutes since midnight at the school, and how much is seen in each. */
export const PARTS: Record<PartOfDay, { from: number; to: number; share: number }> = {
  ARRIVAL: { from: 405, to: 525, share: 31 },
  CLASS: { from: 526, to: 835, share: 24 },
  DISMISSAL: { from: 836, to: 975, share: 33 },
  AFTER: { from: 976, to: 1_260, share: 12 },
  NO_SCHOOL: { from: 390, to: 1_230, share: 0 },
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** The moment at which a clock in a zone shows a day and a minute. */
export function momentAt(zone: string, day: number, minute: number): Date {
  const shown = day * DAY_MS + minute * 60_000;
  const ahead = offset(zone, shown);
  const at = shown - ahead;
  // On the day on which the clock is changed the guess may be an hour off.
  return new Date(shown - offset(zone, at));
}

const offsets = new Map<string, number>();
const HOUR_MS = 3_600_000;

/** How far the clock of a zone is ahead of UTC, in milliseconds; it changes on the hour. */
function offset(zone: string, at: number): number {
  const hour = Math.floor(at / HOUR_MS);
  const key = `${zone} ${hour}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    });
    formats.set(zone, format);
  }
  const local = Date.parse(`${format.format(hour * HOUR_MS).replace(' ', 'T')}Z`);
  offsets.set(key, local - hour * HOUR_MS);
  return local - hour * HOUR_MS;
}
