import { DEFAULT_TABLE_SIZE, DynamicTable, STATIC_TABLE, type Field } from './hpack-table.js';

const STATIC_FIELDS = new Map(STATIC_TABLE.map(([name, value], i) => [`${name}\0${value}`, i + 1]));
const STATIC_NAMES = new Map(STATIC_TABLE.map(([name], i) => [name, i + 1] as const).reverse());

const INDEXED = 0x80;
const INCREMENTAL = 0x40;
const SIZE_UPDATE = 0x20;
const NEVER_INDEXED = 0x10;

/** No field section that is written here is longer. */
export const MAX_SECTION_BYTES = 8 * 1024;

/** No field costs more besides its own bytes. */
const LENGTH_BYTES = 10;

/** What HTTP/2 takes as a value (RFC 9113 §8.2.1), of what is needed here. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Of one side's field sections, in their order (RFC 7541). */
export class HpackEncoder {
  readonly #table = new DynamicTable();
  /** The smallest size since the last section, where it must be told of (RFC 7541 §4.2). */
  #smallest = Infinity;
  #changes = 0;
  #common: { fields: readonly Field[]; at: number; block: Buffer } | undefined;

  /** As the peer's SETTINGS have it; no more than the default is used. */
  resize(maxSize: number): void {
    const size = Math.min(maxSize, DEFAULT_TABLE_SIZE);
    if (size === this.#table.maxSize) return;
    this.#smallest = Math.min(this.#smallest, size);
    this.#table.resize(size);
    this.#changes += 1;
  }

  /**
   * @param secret of this section alone: nobody on the way may remember it (RFC 7541 §7.1.3)
   * @param common of many sections: both sides remember it; the same array when it is the same
   * @param into has room for {@link MAX_SECTION_BYTES} from `at` on
   * @returns where it ends
   * @throws {TypeError} when a value is none or too long; nothing is remembered then
   */
  encode([name, value]: Field, common: readonly Field[], into: Buffer, at: number): number {
    if (value.length > MAX_SECTION_BYTES / 2 || !VALUE.test(value)) throw noValue(name);
    if (common !== this.#common?.fields) check(common);
    let end = this.#sizeUpdates(into, at);
    end = writeInteger(into, end, NEVER_INDEXED, 4, STATIC_NAMES.get(name)!);
    end = writeString(into, end, value);
    if (common === this.#common?.fields && this.#changes === this.#common.at)
      return end + this.#common.block.copy(into, end);
    return this.#fields(common, into, end);
  }

  #fields(fields: readonly Field[], into: Buffer, at: number): number {
    const before = this.#changes;
    let end = at;
    for (const field of fields) end = this.#field(field, into, end);
    // Its indexes stay right until something is added.
    if (this.#changes === before)
      this.#common = { fields, at: before, block: Buffer.from(into.subarray(at, end)) };
    return end;
  }

  #sizeUpdates(into: Buffer, at: number): number {
    if (this.#smallest === Infinity) return at;
    const end = writeInteger(into, at, SIZE_UPDATE, 5, this.#smallest);
    this.#smallest = Infinity;
    return writeInteger(into, end, SIZE_UPDATE, 5, this.#table.maxSize);
  }

  #field(field: Field, into: Buffer, at: number): number {
    const [name, value] = field;
    const known = STATIC_FIELDS.get(`${name}\0${value}`) ?? this.#indexOf(field);
    if (known !== undefined) return writeInteger(into, at, INDEXED, 7, known);
    this.#table.add(field);
    this.#changes += 1;
    const ofName = STATIC_NAMES.get(name) ?? 0;
    let end = writeInteger(into, at, INCREMENTAL, 6, ofName);
    if (ofName === 0) end = writeString(into, end, name);
    return writeString(into, end, value);
  }

  #indexOf(field: Field): number | undefined {
    const index = this.#table.indexOf(field);
    return index < 0 ? undefined : index + 1 + STATIC_TABLE.length;
  }
}

/** RFC 7541 §5.2, as it is. @returns where it ends */
function writeString(into: Buffer, at: number, value: string): number {
  const start = writeInteger(into, at, 0, 7, value.length);
  return start + into.write(value, start, 'latin1');
}

/** RFC 7541 §5.1. @returns where it ends */
function writeInteger(
  into: Buffer,
  at: number,
  kind: number,
  prefixBits: number,
  value: number,
): number {
  const prefix = 2 ** prefixBits - 1;
  if (value < prefix) {
    into[at] = kind | value;
    return at + 1;
  }
  into[at] = kind | prefix;
  let end = at + 1;
  let rest = value - prefix;
  for (; rest >= 128; rest = Math.floor(rest / 128)) into[end++] = (rest % 128) | 128;
  into[end++] = rest;
  return end;
}

function check(fields: readonly Field[]): void {
  let bytes = 0;
  for (const [name, value] of fields) {
    if (!VALUE.test(value)) throw noValue(name);
    bytes += name.length + value.length + LENGTH_BYTES;
  }
  if (bytes > MAX_SECTION_BYTES / 4) throw new TypeError('the fields are too long');
}

const noValue = (name: string) => new TypeError(`${name} has no value that can be sent`);
