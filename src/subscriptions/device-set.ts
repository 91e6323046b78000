const WORDS = 4;
const HEX = 32;
const HEX_OF_WORD = HEX / WORDS;

/**
 * Device ids, each once. An audience has hundreds of thousands: here one takes 16 bytes and no
 * object of its own. An id is hashed by its first bytes, which are random.
 */
export class DeviceSet {
  private slots = new Uint32Array(16_384 * WORDS);
  private count = 0;
  private hasNil = false;

  get size(): number {
    return this.count;
  }

  /**
   * Adds the ids of a text, which are 32 hexadecimal digits each and follow each other without a gap.
   * @returns those that were not in it, in the order of the text and written as there.
   */
  addAll(text: string): string[] {
    const words = wordsOf(text);
    this.makeRoom(words.length / WORDS);
    const { slots } = this;
    const added: string[] = [];
    for (let at = 0; at < words.length; at += WORDS) {
      const a = words[at]!;
      const b = words[at + 1]!;
      const c = words[at + 2]!;
      const d = words[at + 3]!;
      const isNil = (a | b | c | d) === 0;
      if (isNil ? this.hasNil : !place(slots, a, b, c, d)) continue;
      this.hasNil ||= isNil;
      added.push(text.slice(HEX_OF_WORD * at, HEX_OF_WORD * at + HEX));
    }
    this.count += added.length;
    return added;
  }

  /** So that with so many more a fourth of the slots stays free. */
  private makeRoom(more: number): void {
    let length = this.slots.length;
    while (4 * (this.count + more) * WORDS > 3 * length) length *= 2;
    if (length === this.slots.length) return;
    const before = this.slots;
    this.slots = new Uint32Array(length);
    for (let at = 0; at < before.length; at += WORDS)
      if (!isFree(before, at))
        place(this.slots, before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!);
  }
}

/**
 * Of an id that is not nil, its words.
 * @returns false when it is there already.
 */
function place(slots: Uint32Array, a: number, b: number, c: number, d: number): boolean {
  const mask = slots.length - 1;
  let to = (a * WORDS) & mask;
  while (!isFree(slots, to)) {
    if (slots[to] === a && slots[to + 1] === b && slots[to + 2] === c && slots[to + 3] === d)
      return false;
    to = (to + WORDS) & mask;
  }
  slots[to] = a;
  slots[to + 1] = b;
  slots[to + 2] = c;
  slots[to + 3] = d;
  return true;
}

const isFree = (slots: Uint32Array, at: number) =>
  (slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) === 0;

function wordsOf(text: string): Uint32Array {
  if (text.length % HEX !== 0) throw new Error('not a text of whole ids');
  const words = new Uint32Array(text.length / HEX_OF_WORD);
  const bytes = Buffer.from(words.buffer);
  if (bytes.write(text, 'hex') !== bytes.length) throw new Error('not a text of ids');
  return words;
}
