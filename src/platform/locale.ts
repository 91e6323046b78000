/**
 * The language, script and region of a BCP 47 tag in canonical form (`es-MX`), or undefined.
 * Variants and extensions are dropped: a rare one would tell families apart.
 */
export function localeOf(tag: string): string | undefined {
  if (tag.length > 35) return undefined;
  try {
    const { language, script, region } = new Intl.Locale(tag);
    // Longer ones are allowed by the form, and none is registered: `english` is no language tag.
    return language.length > 3 ? undefined : [language, script, region].filter(Boolean).join('-');
  } catch {
    return undefined;
  }
}

/**
 * What finds, among the `known` BCP 47 tags, the one nearest to a given tag, spelled as in `known`:
 * `tl` also answers for its newer name `fil`. Undefined when none is near, or for what is no tag.
 */
export function localeFinder(known: Iterable<string>): (tag: string) => string | undefined {
  const spellings = new Map([...known].map((tag) => [candidates(tag)[0] ?? tag, tag]));
  return (tag) => {
    const nearest = candidates(tag).find((candidate) => spellings.has(candidate));
    return nearest === undefined ? undefined : spellings.get(nearest);
  };
}

/**
 * The tags to look for, nearest first: RFC 4647 §3.4 lookup; then the same with the likely script, so
 * that zh-CN finds zh-Hans; last the language in its most usual script, so that zh-TW finds zh-Hans
 * where there is no zh-Hant.
 */
function candidates(tag: string): readonly string[] {
  if (tag.length > 64) return [];
  const known = worked.get(tag);
  if (known) return known;
  const found = workedOut(tag);
  // Clients write tags: there is no end of different ones.
  if (worked.size >= MAX_WORKED) worked.clear();
  worked.set(tag, found);
  return found;
}

/** Working one out takes some 50 µs, and each message to each family asks for a few. */
const worked = new Map<string, readonly string[]>();
const MAX_WORKED = 1_000;

function workedOut(tag: string): string[] {
  try {
    const locale = new Intl.Locale(tag.replaceAll('_', '-'));
    const likely = locale.maximize();
    const usual = new Intl.Locale(likely.language).maximize();
    return [locale, likely, usual].flatMap(({ baseName }) => {
      const subtags = baseName.split('-');
      return subtags.map((_, cut) => subtags.slice(0, subtags.length - cut).join('-'));
    });
  } catch {
    return [];
  }
}
