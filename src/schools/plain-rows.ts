import { digitsAt, isStateCode, isUsualText, wholeDegreesAt } from './plain-cells.js';
import { PlainTexts, spelledAt, type Phrase, type Piece, type Word } from './plain-texts.js';
import { NULL, type CopyRows } from './school-copy.js';
import type { Layout, SchoolColumn } from './school-layout.js';
import { MAX_WORDS } from './search-words.js';
import type { CellPlaces } from './table-row.js';

const TAB = 9;
const BLANK = 0x20;
const COMMA = 0x2c;
const LEVEL = Buffer.from(`\t${NULL}\t`);
const ENROLLMENT = LEVEL;
const OPEN_AND_WORDS = Buffer.from('\tt\t{');
const END = Buffer.from('}\n');

/** Of one cell, in bytes; `parseSchool` takes longer ones too. */
const LONGEST_TEXT = 100;
/** More than any row of such texts comes to, spelled and with its words. */
const LONGEST_LINE = 4 * 1024;

/** Columns that a file must have, and those that it must not: they would have to be read. */
const READ = [
  ...(['id', 'name', 'street', 'city', 'state', 'zip', 'county'] as const),
  ...(['districtId', 'latitude', 'longitude'] as const),
] satisfies SchoolColumn[];
const NOT_READ = ['level', 'enrollment', 'status', 'districtName'] satisfies SchoolColumn[];

/**
 * Writes schools for `COPY` straight from the bytes of a file, where nothing is wrong with a row or odd
 * about it: several times as fast as by way of strings. What it writes is what `parseSchool` and
 * `CopyRows` make of the row; what it is not sure of it leaves to them.
 */
export class PlainRows {
  /** Of the row that was read last: NCESSCH and LEAID. */
  id = 0;
  districtId = 0;
  readonly #at: Record<(typeof READ)[number], number>;
  readonly #width: number;
  readonly #texts = new PlainTexts();
  readonly #name: Piece[] = [];
  readonly #street: Piece[] = [];
  #places!: CellPlaces;
  #row = 0;
  #out = Buffer.alloc(0);
  #end = 0;

  private constructor({ at, width }: Layout) {
    this.#at = at as Record<(typeof READ)[number], number>;
    this.#width = width;
  }

  /** @returns undefined for a file of which it can read no row */
  static of(layout: Layout): PlainRows | undefined {
    const { at } = layout;
    const fits =
      READ.every((column) => at[column] !== undefined) &&
      NOT_READ.every((column) => at[column] === undefined);
    return fits ? new PlainRows(layout) : undefined;
  }

  /** @returns false: it is not sure of this row */
  read(places: CellPlaces): boolean {
    const at = this.#at;
    this.#places = places;
    if (places.count !== this.#width) return false;
    this.id = this.#digits(at.id, 12);
    this.districtId = this.#digits(at.districtId, 7);
    return (
      this.id >= 0 &&
      this.districtId >= 0 &&
      this.#digits(at.zip, 5) >= 0 &&
      isStateCode(places.bytes, places.from[at.state]!, places.to[at.state]!) &&
      places.from[at.name] !== places.to[at.name] &&
      this.#isUsual(at.name) &&
      this.#isUsual(at.street) &&
      this.#isUsual(at.city) &&
      this.#isUsual(at.county) &&
      this.#isSomewhere()
    );
  }

  /**
   * Writes the row that was read last.
   * @param first hears the words that no row before it had
   */
  write(rows: CopyRows, first: (word: string) => void): void {
    const at = this.#at;
    const { bytes, from, to } = this.#places;
    rows.reserve(LONGEST_LINE);
    this.#out = rows.bytes;
    this.#end = rows.end;
    this.#texts.cut(bytes, from[at.name]!, to[at.name]!, this.#name);
    this.#texts.cut(bytes, from[at.street]!, to[at.street]!, this.#street);
    const city = this.#texts.phrase(bytes, from[at.city]!, to[at.city]!);
    this.#cell(at.id);
    this.#spelled(at.name, this.#name);
    this.#spelled(at.street, this.#street);
    this.#bytes(city.spelled);
    this.#tab();
    this.#cell(at.state);
    this.#cell(at.zip);
    this.#bytes(this.#texts.phrase(bytes, from[at.county]!, to[at.county]!).spelled);
    this.#bytes(LEVEL);
    this.#copy(from[at.districtId]!, to[at.districtId]!);
    this.#bytes(ENROLLMENT);
    this.#cell(at.latitude);
    this.#copy(from[at.longitude]!, to[at.longitude]!);
    this.#bytes(OPEN_AND_WORDS);
    this.#wordsOf(city, first);
    this.#bytes(END);
    rows.ended(this.#end);
  }

  /** Of the row that was read last. */
  district(): { districtId: string; districtName: null; state: string } {
    const { bytes, from, to } = this.#places;
    const text = (column: number) => bytes.toString('latin1', from[column], to[column]);
    return {
      districtId: text(this.#at.districtId),
      districtName: null,
      state: text(this.#at.state),
    };
  }

  #digits(column: number, digits: number): number {
    const { bytes, from, to } = this.#places;
    return digitsAt(bytes, from[column]!, to[column]!, digits);
  }

  #isUsual(column: number): boolean {
    const { bytes, from, to } = this.#places;
    const [start, end] = [from[column]!, to[column]!];
    return end - start <= LONGEST_TEXT && isUsualText(bytes, start, end);
  }

  /** On Earth, and not at 0,0. */
  #isSomewhere(): boolean {
    const { bytes, from, to } = this.#places;
    const { latitude, longitude } = this.#at;
    const north = wholeDegreesAt(bytes, from[latitude]!, to[latitude]!);
    const east = wholeDegreesAt(bytes, from[longitude]!, to[longitude]!);
    return north >= 0 && north < 90 && east >= 0 && east < 180 && north + east > 0;
  }

  #wordsOf(city: Phrase, first: (word: string) => void): void {
    this.#row += 1;
    let count = 0;
    for (const { words } of this.#name) count = this.#add(words, count, first);
    this.#add(city.words, count, first);
  }

  /** @returns how many words the row has with these */
  #add(words: readonly Word[], count: number, first: (word: string) => void): number {
    for (const word of words) {
      if (word.row === this.#row || count === MAX_WORDS) continue;
      if (word.row === 0) first(word.text);
      word.row = this.#row;
      if (count > 0) this.#byte(COMMA);
      this.#bytes(word.bytes);
      count += 1;
    }
    return count;
  }

  #spelled(column: number, pieces: readonly Piece[]): void {
    if (pieces.some(({ token }) => token.smallLetter)) return this.#cell(column);
    for (let at = 0; at < pieces.length; at++) {
      if (at > 0) this.#byte(BLANK);
      this.#bytes(spelledAt(pieces, at));
    }
    this.#tab();
  }

  /** As it stands, and a tab. */
  #cell(column: number): void {
    const { from, to } = this.#places;
    this.#copy(from[column]!, to[column]!);
    this.#tab();
  }

  #copy(from: number, to: number): void {
    const { bytes } = this.#places;
    for (let at = from; at < to; at++) this.#out[this.#end++] = bytes[at]!;
  }

  #bytes(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at++) this.#out[this.#end++] = bytes[at]!;
  }

  #byte(byte: number): void {
    this.#out[this.#end++] = byte;
  }

  #tab(): void {
    this.#byte(TAB);
  }
}
