import type { SchoolRecord } from './nces-row.js';

/** A school with the words that the search finds it by. */
export interface SchoolToStore extends SchoolRecord {
  words: readonly string[];
}

/** In the order of {@link copyLine}. */
export const COPY_COLUMNS =
  'id, name, street, city, state, zip, county, level, district_id, enrollment, latitude, longitude, open, words';

const NULL = '\\N';
/** Lines are turned into bytes this many at a time: what is told apart longer costs its collection. */
const LINES = 256;

/** Rows for `COPY`, as bytes as soon as may be: a national file is kept as text nowhere. */
export class CopyRows {
  #lines: string[] = [];
  #bytes: Buffer[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(school: SchoolToStore): void {
    this.#lines.push(copyLine(school));
    this.#count += 1;
    if (this.#lines.length >= LINES) this.#close();
  }

  /** All rows so far; after that there are none. */
  take(): Buffer[] {
    this.#close();
    const bytes = this.#bytes;
    this.#bytes = [];
    this.#count = 0;
    return bytes;
  }

  #close(): void {
    if (this.#lines.length > 0) this.#bytes.push(Buffer.from(this.#lines.join('')));
    this.#lines = [];
  }
}

/** One row in PostgreSQL's text format. The import refuses control characters before. */
export function copyLine(school: SchoolToStore): string {
  const { id, name, street, city, state, zip, county, level, districtId } = school;
  const { enrollment, latitude, longitude, open, words } = school;
  const line = `${id}\t${name}\t${street}\t${city}\t${state}\t${zip}\t${county}\t`;
  const rest = `\t${districtId}\t${enrollment ?? NULL}\t${latitude}\t${longitude}\t${open ? 't' : 'f'}\t`;
  return `${escaped(line)}${level === null ? NULL : escaped(level)}${rest}{${list(words)}}\n`;
}

const escaped = (text: string) => (text.includes('\\') ? text.replaceAll('\\', '\\\\') : text);

/** Words are letters and digits, so none needs quotes but the one that would be no word at all. */
const list = (words: readonly string[]) =>
  words.includes('null')
    ? words.map((word) => (word === 'null' ? '"null"' : word)).join(',')
    : words.join(',');
