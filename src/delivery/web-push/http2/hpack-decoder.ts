import { decodeHuffman } from './huffman.js';
import { DEFAULT_TABLE_SIZE, DynamicTable, STATIC_TABLE, type Field } from './hpack-table.js';
import { Http2Error } from './http2-error.js';

const INDEXED = 0x80;
const INCREMENTAL = 0x40;
const SIZE_UPDATE = 0x20;
const HUFFMAN = 0x80;
/** More than any length or index here has. */
const MAX_INTEGER = 2 ** 24;

/** Of a peer's field sections, in their order (RFC 7541); only what is wanted is made a string. */
export class HpackDecoder {
  readonly #table = new DynamicTable();
  readonly #wanted: ReadonlySet<string>;
  /** Of the block that is read: what it has us remember, and whether it refers to what came before. */
  #added: Field[] = [];
  #refers = false;
  /** One that refers to nothing means the same again: push services repeat themselves. */
  #last: { block: Buffer; found: ReadonlyMap<string, string>; added: Field[] } | undefined;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  /** @param wanted names, in lower case */
  constructor(wanted: readonly string[]) {
    this.#wanted = new Set(wanted);
  }

  /** @returns the first value of each name that is wanted. @throws {Http2Error} */
  decode(block: Buffer): ReadonlyMap<string, string> {
    const last = this.#last;
    if (last?.block.equals(block)) {
      for (const field of last.added) this.#table.add(field);
      return last.found;
    }
    this.#block = block;
    this.#at = 0;
    this.#added = [];
    this.#refers = false;
    const found = this.#found();
    this.#last = this.#refers
      ? undefined
      : { block: Buffer.from(block), found, added: this.#added };
    return found;
  }

  #found(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    this.#sizeUpdates();
    while (this.#at < this.#block.length) {
      const [name, value] = this.#field();
      if (this.#wanted.has(name) && !found.has(name)) found.set(name, value);
    }
    return found;
  }

  /** They come first (RFC 7541 §4.2). */
  #sizeUpdates(): void {
    while ((this.#peek() & 0xe0) === SIZE_UPDATE) {
      const size = this.#integer(5);
      if (size > DEFAULT_TABLE_SIZE)
        throw new Http2Error('compressionError', 'the table grows beyond its bound');
      this.#table.resize(size);
      this.#refers = true;
    }
  }

  #field(): Field {
    const first = this.#peek();
    if (first & INDEXED) return this.#entry(this.#integer(7));
    if (first & INCREMENTAL) {
      const name = this.#name(6);
      const field: Field = [name, this.#string(true)];
      this.#table.add(field);
      this.#added.push(field);
      return field;
    }
    if (first & SIZE_UPDATE)
      throw new Http2Error('compressionError', 'the table changes its size too late');
    const name = this.#name(4);
    return [name, this.#string(this.#wanted.has(name))];
  }

  #name(prefixBits: number): string {
    const index = this.#integer(prefixBits);
    return index === 0 ? this.#string(true) : this.#entry(index)[0];
  }

  #entry(index: number): Field {
    const fixed = STATIC_TABLE[index - 1];
    if (fixed) return fixed;
    this.#refers = true;
    const field = this.#table.at(index - 1 - STATIC_TABLE.length);
    if (index === 0 || !field) throw new Http2Error('compressionError', 'an index leads nowhere');
    return field;
  }

  /** RFC 7541 §5.2; '' where nobody wants it. */
  #string(wanted: boolean): string {
    const isHuffman = (this.#peek() & HUFFMAN) !== 0;
    const length = this.#integer(7);
    const end = this.#at + length;
    if (end > this.#block.length) throw new Http2Error('compressionError', 'a string has no end');
    const start = this.#at;
    this.#at = end;
    if (!wanted) return '';
    if (isHuffman) return decodeHuffman(this.#block.subarray(start, end));
    return this.#block.toString('latin1', start, end);
  }

  /** RFC 7541 §5.1. */
  #integer(prefixBits: number): number {
    const prefix = 2 ** prefixBits - 1;
    let value = this.#next() & prefix;
    if (value < prefix) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#next();
      value += (byte & 127) * factor;
      if (value > MAX_INTEGER || factor > MAX_INTEGER)
        throw new Http2Error('compressionError', 'a number is too large');
      if (byte < 128) return value;
    }
  }

  #peek(): number {
    return this.#block[this.#at] ?? 0;
  }

  #next(): number {
    const byte = this.#block[this.#at];
    if (byte === undefined) throw new Http2Error('compressionError', 'a field has no end');
    this.#at += 1;
    return byte;
  }
}
