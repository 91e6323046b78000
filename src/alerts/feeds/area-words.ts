import { formatBandDistance } from '../distance-band.js';
import { packs } from '../message-files.js';
import { localeMeta } from '../messages.js';
import { schoolNameFor } from '../school-name.js';
import type { PublishedAlert } from './published-alert.js';

const LONGEST_NAME = 160;

/** Where it is, in the words of a locale: "within ½ mile of Oak Ridge High School, Orlando, FL". */
export function areaWords({ alert, school }: PublishedAlert, locale: string): string {
  const meta = localeMeta(locale);
  const pack = [...packs.values()].find((one) => one.meta === meta)!;
  const named = [school.name, school.city, school.state].filter(Boolean).join(', ');
  const words = pack.formats.place.format({
    band: alert.band,
    school: schoolNameFor(named, meta.direction, LONGEST_NAME),
    distance: formatBandDistance(alert.band, meta.units, pack.formatLocale),
  });
  return String(words).trim();
}
