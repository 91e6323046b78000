import type { Token } from './title-case.js';

/** One spelling for what signs and registers shorten in more than one way. */
const SAME_WORD = new Map([
  ['saint', 'st'],
  ['fort', 'ft'],
  ['mount', 'mt'],
  ['doctor', 'dr'],
  ['junior', 'jr'],
  ['senior', 'sr'],
  ['elem', 'elementary'],
  ['sch', 'school'],
]);

/**
 * Words that so many schools carry that they narrow nothing down: they count in the ranking, and
 * find schools by themselves only when nothing else was asked for.
 */
const GENERIC = new Set(
  (
    '12 5 8 academy alternative and arts at campus career center central charter community county ' +
    'day district early education elementary for high intermediate international jr k kindergarten ' +
    'learning magnet middle of pk prep preparatory primary program public school schools science ' +
    'sr technical technology the virtual'
  ).split(' '),
);

const NOT_ASCII = /[^\x20-\x7e]/;
const BLANKS = /\s+/;
/** Of one school. */
export const MAX_WORDS = 24;
const MAX_LETTERS = 40;

/** Letters of initials written with dots: "P.K. Yonge" is looked for as "pk yonge". */
const DOTTED = /(?<![\p{L}\p{N}])(?:\p{L}\.){2,}(?:\p{L}(?![\p{L}\p{N}]))?/gu;

/** The distinct words of a text as the search compares them: small letters, no accents, no marks. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const token of text.split(BLANKS)) addWords(words, wordsOfToken(token));
  return words;
}

/**
 * The words of a name and a city.
 * @param name its tokens
 */
export function wordsOfSchool(name: readonly Token[], city: string): string[] {
  const words: string[] = [];
  for (const token of name) addWords(words, (token.words ??= wordsOfToken(token.text)));
  addWords(words, wordsOfToken(city));
  return words;
}

function addWords(words: string[], more: readonly string[]): void {
  for (const word of more) if (words.length < MAX_WORDS && !words.includes(word)) words.push(word);
}

/** A national register repeats its few ten thousand words a million times. */
const known = new Map<string, readonly string[]>();
const KNOWN_LIMIT = 50_000;
const KNOWN_LETTERS = 30;

/** @param token blanks in it part words, as all that is no letter or digit does */
function wordsOfToken(token: string): readonly string[] {
  const before = known.get(token);
  if (before !== undefined) return before;
  const words = (plainText(token).match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => {
    const cut = word.slice(0, MAX_LETTERS);
    return SAME_WORD.get(cut) ?? cut;
  });
  if (known.size < KNOWN_LIMIT && token.length <= KNOWN_LETTERS) known.set(token, words);
  return words;
}

function plainText(text: string): string {
  const letters = NOT_ASCII.test(text) ? text.normalize('NFKD').replace(/\p{M}+|’/gu, '') : text;
  const plain = letters.replaceAll("'", '').toLowerCase();
  return plain.includes('.')
    ? plain.replace(DOTTED, (initials) => initials.replaceAll('.', ''))
    : plain;
}

/** A word some school carries that resembles a word of the search. */
export interface WordMatch {
  /** Which word of the search, from 1. */
  term: number;
  word: string;
  /** 1 to 1000: the same word. */
  score: number;
}

/** How to look for schools, given the resembling words. */
export type SearchPlan =
  /** Any of `words` makes a candidate; the best score of each term is added up, `least` suffices. */
  | { kind: 'ranked'; words: string[]; matches: WordMatch[]; least: number }
  /** Only words that narrow nothing down: schools that carry all of them, unranked. */
  | { kind: 'generic'; words: string[] };

/** A school must reach this much of a perfect score: about one word in three right. */
const LEAST_PER_TERM = 300;
/** "Lake Nona High School": the school in Nona comes before the one that is a high school too. */
const GENERIC_WEIGHT = 0.3;

/** Where a school carries the very word, those that only resemble it this little do not count. */
const WEAK_BESIDE_EXACT = 600;
const EXACT = 1_000;

/** @returns undefined when no school carries a word like any of the search's. */
export function searchPlan(matches: WordMatch[]): SearchPlan | undefined {
  const best = new Map<number, WordMatch>();
  for (const match of matches) {
    if (match.score > (best.get(match.term)?.score ?? 0)) best.set(match.term, match);
  }
  if (best.size === 0) return undefined;
  const generic = (term: number) => GENERIC.has(best.get(term)!.word);
  const counting = matches.filter(
    ({ term, score }) => best.get(term)!.score < EXACT || score >= WEAK_BESIDE_EXACT,
  );
  const specific = counting.filter(({ term, word }) => !generic(term) && !GENERIC.has(word));
  if (specific.length === 0) {
    return { kind: 'generic', words: [...new Set([...best.values()].map(({ word }) => word))] };
  }
  return {
    kind: 'ranked',
    words: [...new Set(specific.map(({ word }) => word))],
    matches: counting.map(({ term, word, score }) => ({
      term,
      word,
      score: generic(term) ? Math.round(score * GENERIC_WEIGHT) : score,
    })),
    least: LEAST_PER_TERM * new Set(specific.map(({ term }) => term)).size,
  };
}
