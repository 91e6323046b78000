import { ByteTable } from './byte-table.js';
import { wordInList } from './school-copy.js';
import { wordsOfSchool } from './search-words.js';
import { staysSmall, titleCase, tokensOf, type Token } from './title-case.js';

/** A word of the search. */
export interface Word {
  text: string;
  bytes: Buffer;
  /** The last row that has it; 0: none yet. */
  row: number;
}

/** What stands between blanks. */
export interface Piece {
  token: Token;
  cased: Buffer;
  lower: Buffer;
  words: readonly Word[];
}

/** A whole text that many rows share. */
export interface Phrase {
  spelled: Buffer;
  words: readonly Word[];
}

const BLANK = 0x20;

/** Spells texts of printable ASCII, as `titleCase` does, and finds their words, as `wordsOfSchool` does. */
export class PlainTexts {
  readonly #words = new Map<string, Word>();
  readonly #pieces = new ByteTable<Piece>(1 << 17, (text) => this.#piece(text));
  readonly #phrases = new ByteTable<Phrase>(1 << 16, (text) => this.#phrase(text));

  phrase(bytes: Buffer, from: number, to: number): Phrase {
    return this.#phrases.get(bytes, from, to);
  }

  /** @param pieces becomes those of the text; at least one, if an empty one */
  cut(bytes: Buffer, from: number, to: number, pieces: Piece[]): void {
    let count = 0;
    let start = from;
    for (let at = from; at <= to; at++) {
      if (at < to && bytes[at] !== BLANK) continue;
      pieces[count] = this.#pieces.get(bytes, start, at);
      count += 1;
      start = at + 1;
    }
    pieces.length = count;
  }

  #piece(text: string): Piece {
    const [token] = tokensOf(text) as [Token];
    return {
      token,
      cased: Buffer.from(token.cased),
      lower: Buffer.from(text.toLowerCase()),
      words: this.#wordsOf([token], ''),
    };
  }

  #phrase(text: string): Phrase {
    const spelled = titleCase(text);
    return { spelled: Buffer.from(spelled), words: this.#wordsOf([], spelled) };
  }

  #wordsOf(tokens: readonly Token[], city: string): Word[] {
    return wordsOfSchool(tokens, city).map((text) => {
      const before = this.#words.get(text);
      if (before) return before;
      const word = { text, bytes: Buffer.from(wordInList(text)), row: 0 };
      this.#words.set(text, word);
      return word;
    });
  }
}

/** As a piece of a text is spelled there. */
export function spelledAt(pieces: readonly Piece[], at: number): Buffer {
  const piece = pieces[at]!;
  const inside = at > 0 && at < pieces.length - 1;
  return inside && staysSmall(piece.token, pieces[at - 1]!.token) ? piece.lower : piece.cased;
}
