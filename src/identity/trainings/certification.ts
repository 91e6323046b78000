/** So many days before it lapses people are warned, once each; the first is the earlier. */
export const WARN_DAYS = [30, 7] as const;

export const CERTIFICATION_WARNINGS = [
  /** Nothing lapses soon. */
  'NONE',
  /** Within 30 days. */
  'LAPSES_SOON',
  /** Within 7 days. */
  'LAPSES_THIS_WEEK',
  /** It has lapsed: reports are refused until it is renewed. */
  'LAPSED',
] as const;
export type CertificationWarningName = (typeof CERTIFICATION_WARNINGS)[number];

/** How somebody’s training stands. */
export interface CertificationState {
  /** The last day it counts; null: it does not lapse. */
  until: string | null;
  /** Days that are left after today: 0 on the last day, less when it has lapsed. */
  lapsesInDays: number | null;
  warning: CertificationWarningName;
}

/** @param today calendar day (UTC, as certifications are counted). */
export function certificationState(until: string | null, today: string): CertificationState {
  if (until === null) return { until, lapsesInDays: null, warning: 'NONE' };
  const lapsesInDays = daysBetween(today, until);
  return { until, lapsesInDays, warning: warningAt(lapsesInDays) };
}

function warningAt(days: number): CertificationWarningName {
  const [soon, near] = WARN_DAYS;
  if (days < 0) return 'LAPSED';
  if (days <= near) return 'LAPSES_THIS_WEEK';
  return days <= soon ? 'LAPSES_SOON' : 'NONE';
}

const DAY_MS = 86_400_000;

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** The day so many days later. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/**
 * Until when somebody is certified: the latest of what they were given otherwise, by an invite or an
 * admin, and of each attendance that counts. Attending never shortens it.
 * @param granted null: it does not lapse.
 * @param attended of each attendance since that grant; null: it certifies nobody.
 */
export function certifiedBy(
  granted: string | null,
  attended: readonly (string | null)[],
): string | null {
  if (granted === null) return null;
  return attended.reduce<string>(
    (latest, day) => (day !== null && day > latest ? day : latest),
    granted,
  );
}

/** When to look again: the next day, when people in the United States are awake. */
export function nextLook(now: Date): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return new Date(Date.UTC(year, month, day + 1, 15));
}
