import { dateFormat } from '../geo/time-zone.js';

export { localDay, timeZoneAt } from '../geo/time-zone.js';

/** The names of days, Sunday first, and of months. */
export interface Calendar {
  days: readonly string[];
  months: readonly string[];
}

/**
 * Local time at the school, with the day when that is not the day of sending.
 *
 * @param locale one that Intl knows.
 * @param calendar names the day in the place of `locale`.
 */
export function localTime(
  locale: string,
  timeZone: string,
  at: Date,
  sent: Date,
  calendar?: Calendar,
): string {
  const day = dateFormat('en', timeZone, { dateStyle: 'short' });
  const clock: Intl.DateTimeFormatOptions = {
    hour: 'numeric',
    minute: '2-digit',
    // Where the school's own zone is not known, a bare time would mislead.
    ...(/^(UTC$|Etc\/)/.test(timeZone) ? { timeZoneName: 'short' } : {}),
  };
  if (day.format(at) === day.format(sent)) return dateFormat(locale, timeZone, clock).format(at);
  if (calendar)
    return `${dayOf(calendar, timeZone, at)}, ${dateFormat(locale, timeZone, clock).format(at)}`;
  const dated = { weekday: 'long', month: 'long', day: 'numeric', ...clock } as const;
  return dateFormat(locale, timeZone, dated).format(at);
}

/** As in "madi 3 mas". */
function dayOf({ days, months }: Calendar, timeZone: string, at: Date): string {
  const parts = dateFormat('en', timeZone, { year: 'numeric', month: 'numeric', day: 'numeric' });
  const found = Object.fromEntries(
    parts.formatToParts(at).map(({ type, value }) => [type, +value]),
  );
  const { year, month, day } = found as Record<'year' | 'month' | 'day', number>;
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return `${days[weekday]} ${day} ${months[month - 1]}`;
}
