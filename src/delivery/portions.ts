/** Those of many that came in since the portion before, and what follows. */
export interface Portion<T> {
  done: T[];
  /** Those that are not in yet, by index. */
  out: number[];
  /** While any are out. */
  next?: Promise<Portion<T>>;
}

const LOOK_MS = 25;
const SHORT_MS = 50;
const LONG_MS = 100;
const LONGEST_MS = 1_000;
/** The first portion ends by then, though nothing be in. */
const FIRST_MS = 200;

/** What is known of those that are waited for together. */
export interface Waiting {
  /** Since they were sent, or since their last portion ended. */
  millis: number;
  /** Portions that ended. */
  ended: number;
  /** Since the last. */
  done: number;
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

/** What comes in of several lots, portion by portion. */
export class Portions<T> {
  readonly #lots = new Set<Lot<T>>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param much so many that are in make it worth while to end portions soon
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

  #look(): void {
    if (this.#lots.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const waiting = [...this.#lots].map((lot) => [lot, lot.known] as const);
    const done = waiting.reduce((sum, [, known]) => sum + known.done, 0);
    for (const [lot, known] of waiting) if (isDue(known, done >= this.much)) lot.end();
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
