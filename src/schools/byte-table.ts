/** Longest text that is kept, in bytes. */
const LONGEST = 40;

/**
 * What is known of short texts, looked up by their bytes: no string is made of a text that has been
 * met before. It keeps so many, and makes the others anew each time.
 */
export class ByteTable<T> {
  /** Where in the other arrays a text is, plus 1; 0: free. By hash, the next free one after it. */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #values: T[] = [];
  readonly #lengths: Uint8Array;
  /** Each text at {@link LONGEST} times its number. */
  readonly #texts: Uint8Array;
  readonly #limit: number;

  /**
   * @param slots a power of two; a third of them are filled at most
   * @param make what is to be known of a text
   */
  constructor(
    slots: number,
    private readonly make: (text: string) => T,
  ) {
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    this.#limit = Math.floor(slots / 3);
    this.#lengths = new Uint8Array(this.#limit);
    this.#texts = new Uint8Array(this.#limit * LONGEST);
  }

  /** @param bytes ASCII */
  get(bytes: Buffer, from: number, to: number): T {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (let entry = this.#slots[slot]!; entry !== 0; entry = this.#slots[slot]!) {
      if (this.#is(entry - 1, bytes, from, to)) return this.#values[entry - 1]!;
      slot = (slot + 1) & this.#mask;
    }
    const value = this.make(bytes.toString('latin1', from, to));
    if (to - from <= LONGEST && this.#values.length < this.#limit)
      this.#keep(slot, value, bytes.subarray(from, to));
    return value;
  }

  #is(entry: number, bytes: Buffer, from: number, to: number): boolean {
    if (this.#lengths[entry] !== to - from) return false;
    const before = entry * LONGEST - from;
    for (let at = from; at < to; at++) if (this.#texts[before + at] !== bytes[at]) return false;
    return true;
  }

  #keep(slot: number, value: T, text: Uint8Array): void {
    const entry = this.#values.push(value) - 1;
    this.#slots[slot] = entry + 1;
    this.#lengths[entry] = text.length;
    this.#texts.set(text, entry * LONGEST);
  }
}
