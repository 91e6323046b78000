const WORDS = 4;
const HEX = 32;

/**
 * Device ids, each once. An audience has hundreds of thousands: here one takes 16 bytes and no
 * object of its own. An id is hashed by its first bytes, which are random.
 */
export class DeviceSet {
  private slots = new Uint32Array(8_192 * WORDS);
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
    const added: string[] = [];
    for (let at = 0, from = 0; at < words.length; at += WORDS, from += HEX)
      if (this.add(words, at)) added.push(text.slice(from, from + HEX));
    return added;
  }

  private add(words: Uint32Array, at: number): boolean {
    if (4 * this.count * WORDS >= 3 * this.slots.length) this.grow();
    const isNil = (words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!) === 0;
    if (isNil ? this.hasNil : !place(this.slots, words, at)) return false;
    this.hasNil ||= isNil;
    this.count++;
    return true;
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Uint32Array(4 * before.length);
    for (let at = 0; at < before.length; at += WORDS)
      if (!isFree(before, at)) place(this.slots, before, at);
  }
}

/** @returns false when it is there already. */
function place(slots: Uint32Array, words: Uint32Array, at: number): boolean {
  const mask = slots.length / WORDS - 1;
  for (let slot = words[at]! & mask; ; slot = (slot + 1) & mask) {
    const to = slot * WORDS;
    if (isFree(slots, to)) {
      for (let word = 0; word < WORDS; word++) slots[to + word] = words[at + word]!;
      return true;
    }
    if (isSame(slots, to, words, at)) return false;
  }
}

const isFree = (slots: Uint32Array, at: number) =>
  (slots[at]! | slots[at + 1]! | slots[at + 2]! | slots[at + 3]!) === 0;

const isSame = (these: Uint32Array, at: number, those: Uint32Array, from: number) =>
  these[at] === those[from] &&
  these[at + 1] === those[from + 1] &&
  these[at + 2] === those[from + 2] &&
  these[at + 3] === those[from + 3];

function wordsOf(text: string): Uint32Array {
  if (text.length % HEX !== 0) throw new Error('not a text of whole ids');
  const words = new Uint32Array(text.length / (HEX / WORDS));
  const bytes = Buffer.from(words.buffer);
  if (bytes.write(text, 'hex') !== bytes.length) throw new Error('not a text of ids');
  return words;
}
