import tzLookup from '@photostructure/tz-lookup';

/**
 * IANA time zone at a point (degrees), from the boundary table of `@photostructure/tz-lookup`.
 * An alert must never fail for want of a clock: 'UTC' when the point or the zone is unknown.
 */
export function timeZoneAt(latitude: number, longitude: number): string {
  try {
    const zone = tzLookup(latitude, longitude);
    const known = ownNames.get(zone) ?? dateFormat('en', zone, {}).resolvedOptions().timeZone;
    ownNames.set(zone, known);
    return known;
  } catch {
    return 'UTC';
  }
}

/** What `Intl` calls each zone; some 400 of them. */
const ownNames = new Map<string, string>();

/** The calendar day at a place, such as `2026-09-30`. */
export function localDay(timeZone: string, at: Date): string {
  // Swedish writes dates as ISO 8601 does.
  return dateFormat('sv', timeZone, DAY).format(at);
}

const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** Made once for each locale, zone and set of options: making one takes long. */
export function dateFormat(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions) {
  const key = [locale, timeZone, ...Object.keys(options)].join(' ');
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    dateFormats.set(key, format);
  }
  return format;
}
