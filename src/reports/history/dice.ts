import { createHash } from 'node:crypto';

/** Shares of what may be drawn; they need not add up to anything. */
export type Shares<T extends string> = Partial<Record<T, number>>;

/** Chance that is the same for the same seed: mulberry32. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  throw(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(of: number): boolean {
    return this.throw() < of;
  }

  /** A whole number, both ends inclusive. */
  between(from: number, to: number): number {
    return from + Math.floor(this.throw() * (to - from + 1));
  }

  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.throw() * list.length)]!;
  }

  share<T extends string>(shares: Shares<T>): T {
    const all = Object.entries(shares) as [T, number][];
    let left = this.throw() * all.reduce((sum, [, share]) => sum + share, 0);
    return (all.find(([, share]) => (left -= share) < 0) ?? all[0]!)[0];
  }

  /** Mostly near `median`, seldom many times as much: log-normal. */
  about(median: number, spread = 0.7): number {
    const normal =
      Math.sqrt(-2 * Math.log(1 - this.throw())) * Math.cos(2 * Math.PI * this.throw());
    return median * Math.exp(spread * normal);
  }

  /** A UUID of version 4 in form, by which the same is known again. */
  uuid(): string {
    const words = Array.from({ length: 4 }, () => Math.floor(this.throw() * 2 ** 32));
    const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
    const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** A digest in hexadecimal digits, of what is made up. */
export const madeUpDigest = (of: string): string => createHash('sha256').update(of).digest('hex');

/** Draws from a list, each as often as its weight says, in the time of a search by halves. */
export function weighted<T>(list: readonly T[], weight: (one: T) => number): (dice: Dice) => T {
  let total = 0;
  const upTo = list.map((one) => (total += weight(one)));
  return (dice) => {
    const at = dice.throw() * total;
    let [low, high] = [0, list.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! <= at) low = middle + 1;
      else high = middle;
    }
    return list[low]!;
  };
}
