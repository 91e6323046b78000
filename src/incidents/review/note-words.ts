/** More words are not looked for at once. */
export const MAX_WORDS = 16;
const SHORTEST = 2;
const LONGEST = 40;

/**
 * The words of a text as notes are searched by: letters and digits, without case and accents, each
 * once. There are no stems: the database compares digests of words, and cannot see that two are alike.
 */
export function noteWords(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [
    ...new Set(
      words.filter((word) => word.length >= SHORTEST).map((word) => word.slice(0, LONGEST)),
    ),
  ];
}
