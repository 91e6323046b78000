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

/**
 * A name as people write it, from the capitals of a register: "PRINCE ST. MCDONALD K-8" becomes
 * "Prince St. McDonald K-8". Text that has a small letter already is left alone.
 */
export function titleCase(text: string): string {
  if (LOWER_CASE.test(text)) return text;
  if (!text.includes(' ')) return casedToken(text);
  const tokens = text.split(' ');
  const last = tokens.length - 1;
  let cased = casedToken(tokens[0]!);
  for (let at = 1; at <= last; at++) {
    const token = tokens[at]!;
    const small = at < last && token.length <= 4 && staysSmall(token, tokens[at - 1]!);
    cased += ` ${small ? token.toLowerCase() : casedToken(token)}`;
  }
  return cased;
}

/** Inside a phrase: neither its first word nor its last. */
function staysSmall(token: string, before: string): boolean {
  const small = SMALL.has(token) || (SMALL_AFTER_DE.has(token) && before === 'DE');
  return small && PHRASE_GOES_ON.test(before);
}

/** A national register repeats its few ten thousand words a million times. */
const known = new Map<string, string>();
const KNOWN_LIMIT = 50_000;

function casedToken(token: string): string {
  const before = known.get(token);
  if (before !== undefined) return before;
  if (!LETTER.test(token)) return token;
  const cased = token.replace(WORD, casedWord);
  if (known.size < KNOWN_LIMIT) known.set(token, cased);
  return cased;
}

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
