import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';

/** What the `meta` of every locale file says. */
export interface PackMeta {
  /** BCP 47, the same as the file's name. */
  locale: string;
  /** In the language itself. */
  name: string;
  direction: 'ltr' | 'rtl';
  /** A native reader has signed it off. */
  reviewed: boolean;
}

/** One file of messages in one language, parsed. */
export interface MessagePack<Key extends string, Meta extends PackMeta = PackMeta> {
  meta: Meta;
  /**
   * For clocks and numbers: the language as used in the United States, as far as Intl tells; English
   * where Intl does not know the language. Never what the machine happens to be set to.
   */
  formatLocale: string;
  formats: Record<Key, IntlMessageFormat>;
}

/**
 * Every JSON file of a folder, `{meta, messages}` in ICU syntax, read once and parsed, by canonical tag
 * ("tl" is "fil" to Intl).
 * @throws Error at start, naming file and key, rather than when a message is due.
 */
export function readPacks<Key extends string, Meta extends PackMeta = PackMeta>(
  folder: URL,
  keys: readonly Key[],
): ReadonlyMap<string, MessagePack<Key, Meta>> {
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map((file) => [
        new Intl.Locale(file.slice(0, -'.json'.length)).baseName,
        readPack<Key, Meta>(folder, file, keys),
      ]),
  );
}

function readPack<Key extends string, Meta extends PackMeta>(
  folder: URL,
  file: string,
  keys: readonly Key[],
): MessagePack<Key, Meta> {
  const { meta, messages } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
    meta: Meta;
    messages: Record<string, string>;
  };
  if (`${meta.locale}.json` !== file) throw new Error(`messages/${file}: meta.locale differs`);
  const inTheStates = new Intl.Locale(meta.locale, { region: 'US' }).toString();
  const [formatLocale] = Intl.DateTimeFormat.supportedLocalesOf([inTheStates, 'en-US']);
  const parse = (key: Key) => {
    const text = messages[key];
    if (!text) throw new Error(`messages/${file}: no text for "${key}"`);
    return new IntlMessageFormat(text, formatLocale, undefined, { ignoreTag: true });
  };
  const formats = Object.fromEntries(keys.map((key) => [key, parse(key)]));
  return { meta, formatLocale: formatLocale!, formats: formats as Record<Key, IntlMessageFormat> };
}
