/** So many at once: whoever finds no place waits, and gets one in the order of asking. */
export class Places {
  #free: number;
  #waiting: (() => void)[] = [];
  #boundless = false;

  constructor(size: number) {
    this.#free = size;
  }

  /** @returns undefined when there is a place at once, else a promise of one */
  take(): Promise<void> | undefined {
    if (this.#free > 0 || this.#boundless) {
      this.#free -= 1;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives back what was taken. */
  give(places: number): void {
    this.#free += places;
    this.#seat(this.#free);
  }

  /** While it is boundless nobody waits. What is taken then is counted all the same. */
  boundless(boundless: boolean): void {
    this.#boundless = boundless;
    if (boundless) this.#seat(this.#waiting.length);
  }

  #seat(most: number): void {
    const seated = this.#waiting.splice(0, Math.max(0, most));
    this.#free -= seated.length;
    for (const resolve of seated) resolve();
  }
}
