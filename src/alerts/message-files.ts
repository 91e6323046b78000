import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import type { Units } from './distance-band.js';
import type { Calendar } from './time-zone.js';

/** Every text that a locale file must have. */
export const MESSAGE_KEYS = [
  'subject',
  'who',
  'place',
  'hazard',
  'size',
  'source',
  'rights',
  'headline.ALERT',
  'headline.UPDATE',
  'headline.ALL_CLEAR',
  'headline.RETRACTION',
  'body.ALERT',
  'body.UPDATE',
  'body.ALL_CLEAR',
  'body.RETRACTION',
  'instruction.ALERT',
  'instruction.UPDATE',
  'instruction.ALL_CLEAR',
  'instruction.RETRACTION',
  'drill.mark',
  'drill.headline',
  'drill.body',
  'drill.instruction',
] as const;
export type MessageKey = (typeof MESSAGE_KEYS)[number];

/** The `meta` of a locale file. */
export interface LocaleMeta {
  /** BCP 47, the same as the file's name. */
  locale: string;
  /** In the language itself. */
  name: string;
  direction: 'ltr' | 'rtl';
  units: Units;
  /** A native reader has signed it off. */
  reviewed: boolean;
  /** Only for a language that Intl does not know. */
  calendar?: Calendar;
}

/** One locale file, parsed. */
export interface Pack {
  meta: LocaleMeta;
  /**
   * For clocks and numbers: the language as used in the United States, as far as Intl tells; English
   * where Intl does not know the language. Never what the machine happens to be set to.
   */
  formatLocale: string;
  formats: Record<MessageKey, IntlMessageFormat>;
}

const FOLDER = new URL('./messages/', import.meta.url);

/**
 * Every file of `messages/`, read once and parsed, by canonical tag ("tl" is "fil" to Intl). To add a
 * locale is to add a file.
 */
export const packs: ReadonlyMap<string, Pack> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [canonical(file.slice(0, -'.json'.length)), loadPack(file)]),
);

/** @throws Error at start, naming file and key, rather than when an alert is due. */
function loadPack(file: string): Pack {
  const { meta, messages } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as {
    meta: LocaleMeta;
    messages: Record<string, string>;
  };
  if (`${meta.locale}.json` !== file) throw new Error(`messages/${file}: meta.locale differs`);
  const inTheStates = new Intl.Locale(meta.locale, { region: 'US' }).toString();
  const [formatLocale] = Intl.DateTimeFormat.supportedLocalesOf([inTheStates, 'en-US']);
  const parse = (key: MessageKey) => {
    const text = messages[key];
    if (!text) throw new Error(`messages/${file}: no text for "${key}"`);
    return new IntlMessageFormat(text, formatLocale, undefined, { ignoreTag: true });
  };
  const formats = Object.fromEntries(MESSAGE_KEYS.map((key) => [key, parse(key)]));
  return { meta, formatLocale: formatLocale!, formats: formats as Pack['formats'] };
}

function canonical(tag: string): string {
  return new Intl.Locale(tag).baseName;
}
