import { Breaker, type BreakerLimits } from './breaker.js';

/** Whether a message may go; if it does, it is the trial of these and decides for them. */
export interface Admission {
  /** ms; 0: it may go. */
  wait: number;
  trialOf: readonly Breaker[];
}

/**
 * What may be sent to one origin. Silence and pauses are the origin's. Refusals are of one VAPID
 * key: every device takes messages of a single key, so that one key may be refused while those of
 * another key are served.
 */
export class OriginBreaker {
  readonly #limits: BreakerLimits;
  readonly #origin: Breaker;
  /** By key id. */
  readonly #keys = new Map<string, Breaker>();

  constructor(limits: BreakerLimits) {
    this.#limits = limits;
    this.#origin = new Breaker(limits);
  }

  /** How long nothing may be sent with this key, or with any; or 0. */
  blockedFor(now: number, keyId?: string): number {
    const ofKey = (keyId !== undefined && this.#keys.get(keyId)?.blockedFor(now)) || 0;
    return Math.max(this.#origin.blockedFor(now), ofKey);
  }

  /** Whether no key is blocked. */
  isQuiet(now: number): boolean {
    return [this.#origin, ...this.#keys.values()].every((one) => one.blockedFor(now) === 0);
  }

  admit(now: number, keyId: string): Admission {
    const wait = this.blockedFor(now, keyId);
    if (wait > 0) return { wait, trialOf: [] };
    return { wait, trialOf: this.#both(keyId).filter((one) => one.admit(now).trial) };
  }

  accepted(keyId: string): void {
    for (const one of this.#both(keyId)) one.accepted();
  }

  /** It answered otherwise, neither taking the message nor refusing us. */
  answered(keyId: string): void {
    for (const one of this.#both(keyId)) one.answered();
  }

  /** It cannot be reached, or says nothing at all. */
  silent(now: number): void {
    this.#origin.silent(now);
  }

  /** It asked to be left alone for `ms`, whatever the key. */
  pause(now: number, ms: number, keyId: string): void {
    this.answered(keyId);
    this.#origin.pause(now, ms);
  }

  /** It refused this key (400, 401, 403). @returns whether this opened the key's breaker */
  fault(now: number, keyId: string): boolean {
    this.#origin.answered();
    return this.#ofKey(keyId).fault(now);
  }

  /** It leads to no public address. @returns whether this opened the origin's breaker */
  notPublic(now: number): boolean {
    return this.#origin.fault(now, true);
  }

  #both(keyId: string): Breaker[] {
    return [this.#origin, this.#ofKey(keyId)];
  }

  #ofKey(keyId: string): Breaker {
    const known = this.#keys.get(keyId);
    if (known !== undefined) return known;
    const breaker = new Breaker(this.#limits);
    this.#keys.set(keyId, breaker);
    return breaker;
  }
}
