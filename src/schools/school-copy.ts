import type { SchoolRecord } from './nces-row.js';

/** In the order of {@link copyLine}. */
export const COPY_COLUMNS =
  'id, name, street, city, state, zip, county, level, district_id, enrollment, latitude, longitude, open, words';

/** A character that the import refuses in a file. */
const NULL = '\x1f';
export const COPY_OPTIONS = `NULL E'\\x1f'`;

/** Turned into bytes this many at a time: what is kept longer costs its collection. */
const LINES = 256;
/** As much as is worth a message of its own. */
const FULL = 256 * 1024;

/** Rows for `COPY` in its text format, as bytes as soon as may be. */
export class CopyRows {
  #lines: string[] = [];
  #bytes: Buffer[] = [];
  #length = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#length >= FULL;
  }

  add(school: SchoolRecord): void {
    this.#lines.push(copyLine(school));
    this.#count += 1;
    if (this.#lines.length >= LINES) this.#close();
  }

  /** All rows so far; after that there are none. */
  take(): Buffer {
    this.#close();
    const bytes = Buffer.concat(this.#bytes, this.#length);
    this.#bytes = [];
    this.#length = 0;
    this.#count = 0;
    return bytes;
  }

  #close(): void {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(escaped(this.#lines.join('')));
    this.#bytes.push(bytes);
    this.#length += bytes.length;
    this.#lines = [];
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
    `{${list(school.words)}}\n`,
  ].join('\t');
}

/** Words are letters and digits, so none needs quotes but the one that would be no word at all. */
function list(words: readonly string[]): string {
  const text = words.join(',');
  if (!text.includes('null')) return text;
  return words.map((word) => (word === 'null' ? '"null"' : word)).join(',');
}
