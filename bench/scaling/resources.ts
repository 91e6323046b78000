import { Heap } from './heap.js';

/**
 * What the processes of a simulation share. Times are ms since the decision. Each is asked in the
 * order of time, and serves in that order.
 */

/** Some cores, or other servers that are all alike. */
export class Servers {
  readonly #freeAt = new Heap<undefined>();
  busyMillis = 0;

  /** @param speed less than 1 where others use the same cores */
  constructor(
    readonly count: number,
    readonly speed = 1,
  ) {
    for (let n = 0; n < count; n++) this.#freeAt.push(0, undefined);
  }

  /** @returns when work that is there from `at` on is done */
  take(at: number, millis: number): number {
    const end = Math.max(at, this.#freeAt.pop()!.key) + millis / this.speed;
    this.#freeAt.push(end, undefined);
    this.busyMillis += millis;
    return end;
  }

  /** @returns how much later than by itself the work is done */
  delay(at: number, millis: number): number {
    return this.take(at, millis) - at - millis;
  }
}

/** A row of the database: locked by one alone, or by several who share it. */
export class RowLock {
  #aloneUntil = 0;
  #sharedUntil = 0;
  heldMillis = 0;

  /** @returns when the lock is let go */
  alone(at: number, millis: number): number {
    this.#aloneUntil = Math.max(at, this.#aloneUntil, this.#sharedUntil) + millis;
    this.heldMillis += millis;
    return this.#aloneUntil;
  }

  shared(at: number, millis: number): number {
    const from = Math.max(at, this.#aloneUntil);
    const until = from + millis;
    this.heldMillis += Math.max(0, until - Math.max(from, this.#sharedUntil));
    this.#sharedUntil = Math.max(this.#sharedUntil, until);
    return until;
  }
}

/** One HTTP/2 connection: so many requests at once. */
export class Streams {
  readonly #freeAt = new Heap<undefined>();

  constructor(limit: number) {
    for (let n = 0; n < limit; n++) this.#freeAt.push(-Infinity, undefined);
  }

  /** @returns when a request that is ready at `at` is answered */
  send(at: number, latency: number): number {
    const answered = Math.max(at, this.#freeAt.pop()!.key) + latency;
    this.#freeAt.push(answered, undefined);
    return answered;
  }
}
