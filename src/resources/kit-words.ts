import { dateFormat } from '../geo/time-zone.js';
import { localeFinder } from '../platform/locale.js';
import { readPacks, type PackMeta } from '../platform/message-packs.js';

/** Every text that a locale file of the kit must have. */
export const KIT_KEYS = [
  ...(['title', 'audience', 'todo', 'todo.none', 'promised', 'promised.none', 'policy'] as const),
  ...(['since', 'span', 'document', 'sources', 'version', 'dated', 'published', 'advice'] as const),
  ...(['counsel', 'translation', 'kit'] as const),
] as const;
export type KitKey = (typeof KIT_KEYS)[number];

/** Every file of `messages/`: to add a locale is to add a file. */
export const kitPacks = readPacks<KitKey>(new URL('./messages/', import.meta.url), KIT_KEYS);

const nearestPack = localeFinder(kitPacks.keys());

/** The words of a page in one language. */
export interface KitWords {
  meta: PackMeta;
  say(this: void, key: KitKey, values?: Record<string, string | number>): string;
  /** A calendar day as the language writes it; as `2026-09-30` where Intl does not know the language. */
  day(this: void, day: string): string;
}

/** In the first of these BCP 47 tags that there are words for; else in English. */
export function kitWords(tags: readonly string[]): KitWords {
  const found = tags.map((tag) => nearestPack(tag)).find((tag) => tag !== undefined);
  const { meta, formats, formatLocale } = kitPacks.get(found ?? 'en')!;
  const known = Intl.DateTimeFormat.supportedLocalesOf(meta.locale).length > 0;
  const written = dateFormat(formatLocale, 'UTC', { dateStyle: 'long' });
  return {
    meta,
    say: (key, values = {}) => String(formats[key].format(values)),
    day: (day) => (known ? written.format(new Date(`${day}T00:00:00Z`)) : day),
  };
}
