/** Whoever works in a thread of its own and lets others have the processor in between. */
export interface GivesWay {
  /** Between two small pieces of work. */
  step(): void;
  /** Rested so far. */
  readonly restMillis: number;
}

/**
 * So long it works at least, and so long it means to rest then. A system hands a processor on at its
 * ticks, which are milliseconds apart, unless whoever has it sleeps.
 */
export const WORK_MS = 0.4;
export const REST_MS = 0.4;
/** No piece of work takes so long, also on a slow machine: it has waited for something meanwhile. */
export const WAITED_MS = 2;
/** Who asked something asks again soon, and must have a processor to say so. */
export const HEED_MS = 50;

export interface GiveWayOptions {
  /** How long ago somebody last asked; ms. */
  sinceAsked: () => number;
  rest: (milliseconds: number) => void;
  now?: () => number;
}

/**
 * While requests come in it works no longer than it has rested, so that they are answered at once where
 * processors are few. Nor does it work shorter, however late it gets a processor back: what it gives
 * away is half of its time. While no requests come it never rests.
 */
export class GiveWay implements GivesWay {
  readonly #sinceAsked: () => number;
  readonly #rest: (milliseconds: number) => void;
  readonly #now: () => number;
  #workUntil: number;
  #last: number;
  #rested = 0;

  constructor({ sinceAsked, rest, now = () => performance.now() }: GiveWayOptions) {
    this.#sinceAsked = sinceAsked;
    this.#rest = rest;
    this.#now = now;
    this.#last = now();
    this.#workUntil = this.#last + WORK_MS;
  }

  get restMillis(): number {
    return this.#rested;
  }

  step(): void {
    const now = this.#now();
    const hasWaited = now - this.#last > WAITED_MS;
    this.#last = now;
    // Others had the processor.
    if (hasWaited) this.#workUntil = Math.max(this.#workUntil, now + WORK_MS);
    if (now < this.#workUntil) return;
    this.#last = this.#sinceAsked() < HEED_MS ? this.#restFrom(now) : now;
    this.#workUntil = this.#last + Math.max(WORK_MS, this.#last - now);
  }

  /** @returns when it went on */
  #restFrom(now: number): number {
    this.#rest(REST_MS);
    const awake = this.#now();
    this.#rested += awake - now;
    return awake;
  }
}

/** For whoever works where the requests are answered. */
export const NEVER: GivesWay = { step: () => undefined, restMillis: 0 };
