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
 * The tags to look for, nearest first: RFC 4647 §3.4 lookup, then the same with the likely script,
 * so that zh-CN finds zh-Hans. None for what is no tag.
 */
export function localeCandidates(tag: string): string[] {
  if (tag.length > 64) return [];
  try {
    const locale = new Intl.Locale(tag.replaceAll('_', '-'));
    return [locale, locale.maximize()].flatMap(({ baseName }) => {
      const subtags = baseName.split('-');
      return subtags.map((_, cut) => subtags.slice(0, subtags.length - cut).join('-'));
    });
  } catch {
    return [];
  }
}
