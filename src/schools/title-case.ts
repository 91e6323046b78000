/** Words that stay small inside a name. */
const SMALL = new Set(['OF', 'THE', 'AND', 'FOR', 'AT', 'IN', 'ON', 'TO', 'BY', 'WITH', 'DE']);

/** Small only after "de": "Casa de la Luz", but "West La Crosse". */
const SMALL_AFTER_DE = new Set(['LA', 'LAS', 'LOS']);

/** Initials that hold a vowel, so that no rule can tell them from a word. */
const INITIALS = new Set(
  (
    'AFB AMI BIA BIE CISD ESE FAMU FAU FIU FLVA FLVS FSU GED IB IDEA II III ISD IV JROTC KIPP LEA ' +
    'NE OCPS OCVS PAEC PO RCMA ROTC SE SLAM STEAM STEM UCF UCLA UCP US USA USD USF ' +
    'VI VII VIII VPK YMCA YWCA'
  ).split(' '),
);

/** Abbreviations without a vowel that are not initials. */
const SHORTENED = new Set(
  (
    'BLDG BLVD CTR CV DR DRS FT GRV HTS HWY JR LN LTD MC MR MRS MT PKWY PL PLZ PRGS PT RD SCH SQ SR ST ' +
    'STR TR TRL'
  ).split(' '),
);

const SPECIAL = new Map(
  [
    'DeBary',
    'DeFuniak',
    'DeKalb',
    'DeLand',
    'DeSoto',
    'DuPage',
    'DuPont',
    'LaBelle',
    'LaGrange',
    'LaSalle',
    'MacArthur',
    'MacDill',
    'PreK',
  ].map((word) => [word.toUpperCase(), word]),
);

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’]*/gu;
const LOWER_CASE = /\p{Ll}/u;
const LETTER = /\p{L}/u;
const VOWEL = /[AEIOUYÁÉÍÓÚ]/;
const PHRASE_GOES_ON = /[\p{L}\p{N}.,'’]$/u;

/** A piece of a text between blanks. */
export interface Token {
  text: string;
  cased: string;
  /** It has a small letter already. */
  smallLetter: boolean;
  /** It stays small inside a phrase; or does so after "de". */
  small: boolean;
  smallAfterDe: boolean;
  /** After it a phrase goes on: it ends with no dash or bracket. */
  goesOn: boolean;
  /** What the search compares, once somebody has asked for it. */
  words: readonly string[] | undefined;
}

/**
 * A name as people write it, from the capitals of a register: "PRINCE ST. MCDONALD K-8" becomes
 * "Prince St. McDonald K-8". Text that has a small letter already is left alone.
 */
export function titleCase(text: string): string {
  return cased(text, tokensOf(text));
}

/** @param tokens those of `text` */
export function cased(text: string, tokens: readonly Token[]): string {
  for (const token of tokens) if (token.smallLetter) return text;
  const last = tokens.length - 1;
  let spelled = tokens[0]!.cased;
  for (let at = 1; at <= last; at++) {
    const token = tokens[at]!;
    const small = at < last && staysSmall(token, tokens[at - 1]!);
    spelled += ` ${small ? token.text.toLowerCase() : token.cased}`;
  }
  return spelled;
}

/** Inside a phrase: neither its first word nor its last. */
export const staysSmall = (token: Token, before: Token): boolean =>
  (token.small || (token.smallAfterDe && before.text === 'DE')) && before.goesOn;

/** At least one, if an empty one. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let start = 0;
  for (let end = text.indexOf(' '); end >= 0; end = text.indexOf(' ', start)) {
    tokens.push(tokenOf(text.slice(start, end)));
    start = end + 1;
  }
  tokens.push(tokenOf(start === 0 ? text : text.slice(start)));
  return tokens;
}

/** A national register repeats its few ten thousand words a million times. */
const known = new Map<string, Token>();
const KNOWN_LIMIT = 50_000;
const KNOWN_LETTERS = 30;

function tokenOf(text: string): Token {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= KNOWN_LIMIT || text.length > KNOWN_LETTERS) return readToken(text);
  const token = readToken(detached(text));
  known.set(token.text, token);
  return token;
}

/** The same text in memory of its own: a piece of a string keeps all of that string in memory. */
export const detached = (text: string) => Buffer.from(text).toString();

const readToken = (text: string): Token => ({
  text,
  cased: LETTER.test(text) ? text.replace(WORD, casedWord) : text,
  smallLetter: LOWER_CASE.test(text),
  small: SMALL.has(text),
  smallAfterDe: SMALL_AFTER_DE.has(text),
  goesOn: PHRASE_GOES_ON.test(text),
  words: undefined,
});

function casedWord(word: string): string {
  const [first = '', ...rest] = word.split(/(?=['’])/u);
  return plainWord(first) + rest.map((part) => tail(first, part)).join('');
}

/** What follows an apostrophe: O'Neal and L'Ouverture, but Children's. */
function tail(first: string, part: string): string {
  const letters = part.slice(1);
  return first.length === 1 && letters.length > 1
    ? part[0] + plainWord(letters)
    : part.toLowerCase();
}

function plainWord(word: string): string {
  const special = SPECIAL.get(word);
  if (special !== undefined) return special;
  if (/^\d+(ST|ND|RD|TH|S)$/.test(word)) return word.toLowerCase();
  if (/\d/.test(word) || INITIALS.has(word)) return word;
  if (!VOWEL.test(word) && word.length <= 5 && !SHORTENED.has(word)) return word;
  if (/^MC\p{Lu}{3,}$/u.test(word)) return `Mc${capital(word.slice(2))}`;
  return capital(word);
}

const capital = (word: string) => word.charAt(0) + word.slice(1).toLowerCase();
