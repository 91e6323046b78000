import type { SchoolRecord } from './nces-row.js';

/** In the order of {@link copyLine}. */
export const COPY_COLUMNS =
  'id, name, street, city, state, zip, county, level, district_id, enrollment, latitude, longitude, open, words';

/** A character that the import refuses in a file. */
export const NULL = '\x1f';
export const COPY_OPTIONS = `NULL E'\\x1f'`;

/** As much as is worth a message of its own. */
const FULL = 256 * 1024;
const ROOM = 2 * FULL;

/** Rows for `COPY` in its text format, as bytes as soon as may be. */
export class CopyRows {
  /** Rows up to {@link end}; after it, room. */
  bytes = Buffer.allocUnsafe(ROOM);
  end = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.end >= FULL;
  }

  add(school: SchoolRecord): void {
    const line = escaped(copyLine(school));
    this.reserve(3 * line.length);
    this.ended(this.end + this.bytes.write(line, this.end));
  }

  /** Has room for so many bytes after the {@link end}. */
  reserve(length: number): void {
    if (this.bytes.length - this.end >= length) return;
    const larger = Buffer.allocUnsafe(2 * this.bytes.length + length);
    this.bytes.copy(larger, 0, 0, this.end);
    this.bytes = larger;
  }

  /** A row was written from {@link end} to here. */
  ended(end: number): void {
    this.end = end;
    this.#count += 1;
  }

  /** All rows so far; after that there are none. */
  take(): Buffer {
    const rows = this.bytes.subarray(0, this.end);
    this.bytes = Buffer.allocUnsafe(ROOM);
    this.end = 0;
    this.#count = 0;
    return rows;
  }
}

/** Tabs and line ends are control characters too, which leaves the backslash. */
const escaped = (text: string) => (text.includes('\\') ? text.replaceAll('\\', '\\\\') : text);

/** One join makes the text at once: added up, it would be put together from some thirty pieces. */
function copyLine(school: SchoolRecord): string {
  const { id, name, street, city, state, zip, county, level, districtId } = school;
  return [
    id,
    name,
    street,
    city,
    state,
    zip,
    county,
    level ?? NULL,
    districtId,
    school.enrollment ?? NULL,
    school.latitudeText,
    school.longitudeText,
    school.open ? 't' : 'f',
    `{${school.words.map(wordInList).join(',')}}\n`,
  ].join('\t');
}

/** Words are letters and digits, so none needs quotes but the one that would be no word at all. */
export const wordInList = (word: string) => (word === 'null' ? '"null"' : word);
