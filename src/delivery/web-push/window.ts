/** Fewer would make one slow answer hold up all others. */
const LEAST = 4;

/**
 * How many requests may be under way to one origin. A 429 halves it, and each window of accepted
 * messages lets one more through: the way in which TCP finds what a path takes (RFC 5681 §3.1).
 */
export class Window {
  readonly #most: number;
  #size: number;
  #halvedAt = -Infinity;

  constructor(most: number) {
    this.#most = most;
    this.#size = most;
  }

  get size(): number {
    return Math.floor(this.#size);
  }

  accepted(): void {
    this.#size = Math.min(this.#most, this.#size + 1 / this.#size);
  }

  /**
   * @param startedAt epoch ms, of the request that was answered 429: what was under way together
   *   counts once
   */
  tooMany(startedAt: number, now: number): void {
    if (startedAt <= this.#halvedAt) return;
    this.#halvedAt = now;
    this.#size = Math.min(this.#most, Math.max(LEAST, this.#size / 2));
  }
}
