/** A field line: its name in lower case, and its value. */
export type Field = readonly [name: string, value: string];

/** RFC 7541 appendix A, from index 1 on. */
// prettier-ignore
export const STATIC_TABLE: readonly Field[] = [
  [':authority', ''], [':method', 'GET'], [':method', 'POST'], [':path', '/'], [':path', '/index.html'],
  [':scheme', 'http'], [':scheme', 'https'], [':status', '200'], [':status', '204'], [':status', '206'],
  [':status', '304'], [':status', '400'], [':status', '404'], [':status', '500'], ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'], ['accept-language', ''], ['accept-ranges', ''], ['accept', ''],
  ['access-control-allow-origin', ''], ['age', ''], ['allow', ''], ['authorization', ''], ['cache-control', ''],
  ['content-disposition', ''], ['content-encoding', ''], ['content-language', ''], ['content-length', ''],
  ['content-location', ''], ['content-range', ''], ['content-type', ''], ['cookie', ''], ['date', ''], ['etag', ''],
  ['expect', ''], ['expires', ''], ['from', ''], ['host', ''], ['if-match', ''], ['if-modified-since', ''],
  ['if-none-match', ''], ['if-range', ''], ['if-unmodified-since', ''], ['last-modified', ''], ['link', ''],
  ['location', ''], ['max-forwards', ''], ['proxy-authenticate', ''], ['proxy-authorization', ''], ['range', ''],
  ['referer', ''], ['refresh', ''], ['retry-after', ''], ['server', ''], ['set-cookie', ''],
  ['strict-transport-security', ''], ['transfer-encoding', ''], ['user-agent', ''], ['vary', ''], ['via', ''],
  ['www-authenticate', ''],
];

/** Bytes that both sides begin with (RFC 9113 §6.5.2). */
export const DEFAULT_TABLE_SIZE = 4096;
/** Bytes that an entry costs besides its own (RFC 7541 §4.1). */
const ENTRY_OVERHEAD = 32;

/** Entries that are evicted before their places are. */
const EVICTED_AT_ONCE = 256;

/** What either side remembers of the fields that went over a connection (RFC 7541 §2.3.2). */
export class DynamicTable {
  /** The oldest first, after those that were evicted. */
  #fields: Field[] = [];
  #evicted = 0;
  #size = 0;
  #maxSize = DEFAULT_TABLE_SIZE;

  get maxSize(): number {
    return this.#maxSize;
  }

  /** What is too large leaves an empty table (RFC 7541 §4.4). */
  add(field: Field): void {
    const size = sizeOf(field);
    this.#evict(this.#maxSize - size);
    if (size > this.#maxSize) return;
    this.#fields.push(field);
    this.#size += size;
  }

  /** By its index after those of the static table: 0 is the newest. */
  at(index: number): Field | undefined {
    const place = this.#fields.length - 1 - index;
    return place < this.#evicted ? undefined : this.#fields[place];
  }

  /** As {@link at}; or -1. */
  indexOf([name, value]: Field): number {
    const place = this.#fields.findLastIndex((one) => one[0] === name && one[1] === value);
    return place < this.#evicted ? -1 : this.#fields.length - 1 - place;
  }

  resize(maxSize: number): void {
    this.#maxSize = maxSize;
    this.#evict(maxSize);
  }

  #evict(size: number): void {
    for (; this.#size > size && this.#evicted < this.#fields.length; this.#evicted += 1)
      this.#size -= sizeOf(this.#fields[this.#evicted]!);
    if (this.#evicted < EVICTED_AT_ONCE) return;
    this.#fields = this.#fields.slice(this.#evicted);
    this.#evicted = 0;
  }
}

/** One character is one byte here. */
function sizeOf([name, value]: Field): number {
  return name.length + value.length + ENTRY_OVERHEAD;
}
