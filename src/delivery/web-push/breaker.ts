export interface BreakerLimits {
  /** First time that a silent origin is left alone; it doubles with each one, up to the next. */
  silenceMs: number;
  silenceMaxMs: number;
  /** How long an origin is left alone that refuses us. */
  faultMs: number;
  /**
   * So many refusals with no message accepted in between are our fault; fewer are the device's, so
   * that one family with a wrong key cannot silence a host for all others.
   */
  faultsToOpen: number;
  /** How long to wait while the one trial is under way. */
  trialMs: number;
}

export const BREAKER_LIMITS: BreakerLimits = {
  silenceMs: 1_000,
  silenceMaxMs: 60_000,
  faultMs: 60_000,
  faultsToOpen: 3,
  trialMs: 1_000,
};

/**
 * Whether one origin may be sent to. Closed: everything goes. Open: nothing does. When its time is
 * over, half open: one trial goes, and its answer decides. Apart from that an origin can be paused,
 * as it asked for. All times are epoch ms.
 */
export class Breaker {
  readonly #limits: BreakerLimits;
  #open: 'no' | 'silence' | 'fault' = 'no';
  #openUntil = 0;
  #pausedUntil = 0;
  #trial = false;
  #silences = 0;
  #faults = 0;

  constructor(limits: BreakerLimits = BREAKER_LIMITS) {
    this.#limits = limits;
  }

  /** How long nothing may be sent, or 0. */
  blockedFor(now: number): number {
    const until = Math.max(this.#pausedUntil, this.#open === 'no' ? 0 : this.#openUntil);
    if (now < until) return until - now;
    return this.#trial ? this.#limits.trialMs : 0;
  }

  /**
   * Asks for one message to be sent.
   * @returns `wait` in ms, 0 if it may go. A `trial` must be told how it ended: by any of the
   * methods below.
   */
  admit(now: number): { wait: number; trial: boolean } {
    const wait = this.blockedFor(now);
    if (wait > 0 || this.#open === 'no') return { wait, trial: false };
    this.#trial = true;
    return { wait: 0, trial: true };
  }

  /** The origin took a message: nothing is wrong. */
  accepted(): void {
    this.#faults = 0;
    this.#close();
  }

  /** It answered otherwise, neither taking the message nor refusing us. */
  answered(): void {
    if (this.#open !== 'fault' || this.#trial) this.#close();
  }

  /** It cannot be reached, or says nothing at all. */
  silent(now: number): void {
    if (this.#open !== 'no' && now < this.#openUntil) return;
    const { silenceMs, silenceMaxMs } = this.#limits;
    const ms = Math.min(silenceMaxMs, silenceMs * 2 ** Math.min(this.#silences, 30));
    this.#silences += 1;
    this.#openFor('silence', now + ms);
  }

  /**
   * It refused us (400, 401, 403).
   * @param certain open at once, also if it is the first time
   * @returns whether this opened it
   */
  fault(now: number, certain = false): boolean {
    this.#faults += 1;
    this.#silences = 0;
    if (this.#open === 'fault' && now < this.#openUntil) return false;
    const again = this.#trial && this.#open === 'fault';
    this.#trial = false;
    if (!certain && !again && this.#faults < this.#limits.faultsToOpen) {
      this.#open = 'no';
      return false;
    }
    this.#openFor('fault', now + this.#limits.faultMs);
    return true;
  }

  /** It asked to be left alone for `ms`; this is an answer too. */
  pause(now: number, ms: number): void {
    this.answered();
    this.#pausedUntil = Math.max(this.#pausedUntil, now + ms);
  }

  /** The trial was never sent. */
  abandonTrial(): void {
    this.#trial = false;
  }

  #openFor(cause: 'silence' | 'fault', until: number): void {
    this.#open = cause;
    this.#openUntil = until;
    this.#trial = false;
  }

  #close(): void {
    this.#open = 'no';
    this.#trial = false;
    this.#silences = 0;
  }
}
