import type { Envelope, Outcome, PushAddress } from '../channel.js';
import type { Answer, Failure } from '../outcome.js';
import type { Breaker } from './breaker.js';
import type { Exchange, Handle } from './transport.js';

/** What one origin is asked to send. */
export interface Push {
  /** Of the endpoint, with its query. */
  path: string;
  address: PushAddress;
  /** Of the VAPID key, which is known. */
  keyId: string;
  envelope: Envelope;
  /** 0 for the first. */
  attempt: number;
  /** Encrypted ahead, to go out once. */
  body?: Buffer | undefined;
}

/** Who is told what became of a message. */
export interface Owner {
  heard(message: Message, answer: Answer): void;
  notProcessed(message: Message): void;
  released(message: Message): void;
}

/** One push on its way through one origin: waiting, sent, settled, released. */
export class Message implements Exchange {
  readonly push: Push;
  /** epoch ms */
  readonly expires: number;
  /** Its answer decides whether these let others through again. */
  readonly trialOf: readonly Breaker[];
  /** epoch ms, of the last time it was handed over, or else of its coming */
  startedAt: number;
  resends = 0;
  settled = false;
  handle: Handle | undefined;
  readonly resolve: (outcome: Outcome) => void;
  readonly #owner: Owner;

  constructor(
    push: Push,
    trialOf: readonly Breaker[],
    now: number,
    owner: Owner,
    resolve: (outcome: Outcome) => void,
  ) {
    this.push = push;
    this.expires = push.envelope.expires.getTime();
    this.trialOf = trialOf;
    this.startedAt = now;
    this.resolve = resolve;
    this.#owner = owner;
  }

  answered(status: number, retryAfter: string | undefined): void {
    this.#owner.heard(this, { status, retryAfter });
  }

  failed(failure: Failure, sent: boolean): void {
    this.#owner.heard(this, { failure, sent });
  }

  notProcessed(): void {
    this.#owner.notProcessed(this);
  }

  released(): void {
    this.#owner.released(this);
  }
}
