/** Those of many that came in since the portion before, and what follows. */
export interface Portion<T> {
  done: T[];
  /** Those that are not in yet, by index. */
  out: number[];
  /** While any are out. */
  next?: Promise<Portion<T>>;
}

/** Whether any portion is due is looked at so often. */
export const LOOK_MS = 25;
const SHORT_MS = 50;
const LONG_MS = 100;
const LONGEST_MS = 1_000;
/** The first portion ends by then, though nothing be in. */
const FIRST_MS = 200;
/** Writing a portion down takes no more of the time that a lot is out, unless it would wait for so long. */
const WRITING = 1 / 16;
const RAREST_MS = 3_000;

/** What is known of those that are waited for together. */
export interface Waiting {
  /** Since they were sent, or since their last portion ended. */
  millis: number;
  /** Portions that ended. */
  ended: number;
  /** Since the last. */
  done: number;
}

/** What is known of all of them. */
export interface Together {
  /** So many that are in make it worth while to end portions soon. */
  much: number;
  /** What it takes to write a portion down, ms. */
  writingMillis: number;
}

/**
 * Of lots that are waited for together those whose portion is due. The fullest first: with the few of the others
 * little is won, and each takes a settlement.
 */
export function due<T extends Waiting>(lots: readonly T[], { much, writingMillis }: Together): T[] {
  const soonest = Math.min(RAREST_MS, writingMillis / WRITING);
  let done = lots.reduce((sum, lot) => sum + lot.done, 0);
  return lots
    .toSorted((a, b) => b.done - a.done)
    .filter((lot) => {
      const isTooSoon = lot.ended > 0 && lot.millis < soonest;
      if (isTooSoon || !isDue(lot, done >= much)) return false;
      done -= lot.done;
      return true;
    });
}

/**
 * Whether what is in makes a portion. While much is in, that is soon, because others wait for the places of these;
 * else ever more rarely, so that nobody waits much longer than it took, and few that take long make few portions.
 *
 * @param isMuch of all that are waited for
 */
export function isDue({ millis, ended, done }: Waiting, isMuch: boolean): boolean {
  if (ended === 0 && millis >= FIRST_MS) return true;
  if (done === 0) return false;
  return millis >= (isMuch ? SHORT_MS : Math.min(LONGEST_MS, LONG_MS * 2 ** ended));
}

/** Of what it takes to write portions down: the latest counts most. */
export const meanWith = (mean: number, latest: number) => mean + (latest - mean) / 4;

/** What comes in of several lots, portion by portion. */
export class Portions<T> {
  readonly #lots = new Set<Lot<T>>();
  #timer: NodeJS.Timeout | undefined;
  #writingMillis = 0;

  /**
   * @param much see {@link Together}
   * @param clock ms
   */
  constructor(
    private readonly much: number,
    private readonly clock: () => number,
  ) {}

  /** The first of a lot; when all are in the last ends at once. The promises must not reject. */
  of(promises: readonly Promise<T>[]): Promise<Portion<T>> {
    const lot = new Lot(promises, this.clock, () => this.#lots.delete(lot));
    if (!lot.isOver) this.#lots.add(lot);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    return lot.next;
  }

  /** A portion was written down, and took so long. */
  wrote(millis: number): void {
    this.#writingMillis = meanWith(this.#writingMillis, millis);
  }

  #look(): void {
    if (this.#lots.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const waiting = [...this.#lots].map((lot) => ({ lot, ...lot.known }));
    const together = { much: this.much, writingMillis: this.#writingMillis };
    for (const { lot } of due(waiting, together)) lot.end();
  }
}

class Lot<T> {
  readonly #out: Set<number>;
  #done: T[] = [];
  #next = Promise.withResolvers<Portion<T>>();
  #since: number;
  #ended = 0;

  constructor(
    promises: readonly Promise<T>[],
    private readonly clock: () => number,
    over: () => void,
  ) {
    this.#since = clock();
    this.#out = new Set(promises.keys());
    for (const [index, promise] of promises.entries())
      void promise.then((value) => {
        this.#out.delete(index);
        this.#done.push(value);
        if (!this.isOver) return;
        over();
        this.end();
      });
    if (this.isOver) this.#next.resolve({ done: [], out: [] });
  }

  get isOver(): boolean {
    return this.#out.size === 0;
  }

  get next(): Promise<Portion<T>> {
    return this.#next.promise;
  }

  get known(): Waiting {
    return {
      millis: this.clock() - this.#since,
      ended: this.#ended,
      done: this.#done.length,
    };
  }

  end(): void {
    const ended = this.#next;
    const portion = { done: this.#done, out: [...this.#out] };
    [this.#done, this.#next] = [[], Promise.withResolvers()];
    this.#since = this.clock();
    this.#ended += 1;
    ended.resolve(this.isOver ? portion : { ...portion, next: this.next });
  }
}
