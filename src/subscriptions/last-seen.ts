const DAY = 86_400_000;

const day = (date: Date) => date.toISOString().slice(0, 10);

/** The Monday of a moment's week (UTC), the only time that is kept of a family. */
export function weekOf(now: Date): string {
  const sinceMonday = (now.getUTCDay() + 6) % 7;
  return day(new Date(now.getTime() - sinceMonday * DAY));
}

export const today = (now: Date): string => day(now);

/**
 * Whether a 404 seen on `missingSince` (a day) is now confirmed: at least a whole day has passed,
 * whatever the hours of the two answers were.
 */
export function isConfirmedMissing(missingSince: string | null, now: Date): boolean {
  if (missingSince === null) return false;
  return now.getTime() - new Date(`${missingSince}T00:00:00Z`).getTime() >= 2 * DAY;
}
