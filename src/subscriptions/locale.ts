/**
 * The language, script and region of a BCP 47 tag in canonical form (`es-MX`), or undefined.
 * Variants and extensions are dropped: a rare one would tell families apart.
 */
export function localeOf(tag: string): string | undefined {
  if (tag.length > 35) return undefined;
  try {
    const { language, script, region } = new Intl.Locale(tag);
    return [language, script, region].filter(Boolean).join('-');
  } catch {
    return undefined;
  }
}
