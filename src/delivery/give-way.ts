/** Whoever works in a thread of its own and lets others have the processor in between. */
export interface GivesWay {
  /** Between two small pieces of work. */
  step(): void;
  /** Rested so far. */
  readonly restMillis: number;
}

/**
 * So long it works, and so long it rests then. A system hands a processor on at its ticks, which are
 * milliseconds apart, unless whoever has it sleeps.
 */
export const WORK_MS = 0.4;
export const REST_MS = 0.4;
/** Who was asked once is asked again soon, and must be awake to say so. */
export const HEED_MS = 50;

export interface GiveWayOptions {
  /** How many requests there were; only whether it changes matters. */
  asked: () => number;
  rest: (milliseconds: number) => void;
  now?: () => number;
}

/**
 * While requests come in it rests as long as it works, so that they are answered at once where
 * processors are few; and so it is never slowed down to less than half. While none come it never rests.
 */
export class GiveWay implements GivesWay {
  readonly #asked: () => number;
  readonly #rest: (milliseconds: number) => void;
  readonly #now: () => number;
  #known: number;
  #heedUntil = -Infinity;
  #since: number;
  #rested = 0;

  constructor({ asked, rest, now = () => performance.now() }: GiveWayOptions) {
    this.#asked = asked;
    this.#rest = rest;
    this.#now = now;
    this.#known = asked();
    this.#since = now();
  }

  get restMillis(): number {
    return this.#rested;
  }

  step(): void {
    const now = this.#now();
    if (now - this.#since < WORK_MS) return;
    this.#since = now;
    const asked = this.#asked();
    if (asked !== this.#known) this.#heedUntil = now + HEED_MS;
    this.#known = asked;
    if (now >= this.#heedUntil) return;
    this.#rest(REST_MS);
    this.#since = this.#now();
    this.#rested += this.#since - now;
  }
}

/** For whoever works where the requests are answered. */
export const NEVER: GivesWay = { step: () => undefined, restMillis: 0 };
