const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Letters that are written from right to left: Hebrew, Arabic and their neighbors. */
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Invisible characters that reorder the text around them. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;
const BLANKS = /[\s\p{Cc}]+/gu;

/** A grapheme may hold any number of code points, so bytes are bounded too: 3 a grapheme. */
const BYTES_PER_GRAPHEME = 3;

/** What a reader counts as characters. */
export function graphemeCount(text: string): number {
  return [...GRAPHEMES.segment(text)].length;
}

/**
 * A school's name made fit for one line of a message of the given direction.
 *
 * Cut on a grapheme boundary to at most `limit` graphemes, ellipsis included, and to three bytes of
 * JSON for each on average; set apart with U+2068 and U+2069 where the two directions would mix.
 */
export function schoolNameFor(name: string, direction: 'ltr' | 'rtl', limit: number): string {
  const clean = name.toWellFormed().replace(BIDI_CONTROLS, '').replace(BLANKS, ' ').trim();
  const short = shorten(clean, limit);
  return direction === 'rtl' || RTL.test(short) ? `\u2068${short}\u2069` : short;
}

function shorten(name: string, limit: number): string {
  const kept: string[] = [];
  let room = limit * BYTES_PER_GRAPHEME;
  for (const { segment } of GRAPHEMES.segment(name)) {
    room -= jsonBytes(segment);
    if (room < 0 || kept.length === limit) {
      return `${wholeWords(kept.slice(0, limit - 1))
        .join('')
        .trimEnd()}…`;
    }
    kept.push(segment);
  }
  return name;
}

/** Drops a last word that was cut, unless little would be left. */
function wholeWords(graphemes: string[]): string[] {
  const space = graphemes.lastIndexOf(' ');
  return space > graphemes.length / 2 ? graphemes.slice(0, space) : graphemes;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}
