import tzLookup from '@photostructure/tz-lookup';

/**
 * IANA time zone at a point (degrees), from the boundary table of `@photostructure/tz-lookup`.
 * An alert must never fail for want of a clock: 'UTC' when the point or the zone is unknown.
 */
export function timeZoneAt(latitude: number, longitude: number): string {
  try {
    const zone = tzLookup(latitude, longitude);
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** Local time at the school, with the day when that is not the day of sending. */
export function localTime(locale: string, timeZone: string, at: Date, sent: Date): string {
  const day = dateFormat('en', timeZone, { dateStyle: 'short' });
  const sameDay = day.format(at) === day.format(sent);
  return dateFormat(locale, timeZone, {
    ...(sameDay ? {} : { weekday: 'long', month: 'long', day: 'numeric' }),
    hour: 'numeric',
    minute: '2-digit',
    // Where the school's own zone is not known, a bare time would mislead.
    ...(/^(UTC$|Etc\/)/.test(timeZone) ? { timeZoneName: 'short' } : {}),
  }).format(at);
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions) {
  const key = [locale, timeZone, ...Object.keys(options)].join(' ');
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    dateFormats.set(key, format);
  }
  return format;
}
