import type { Failure } from '../outcome.js';

/** How much of an answer's body is read: nobody needs more than its status. */
export const MAX_ANSWER_BYTES = 8 * 1024;

/** One POST to a push service (RFC 8030 §5). */
export interface PushRequest {
  /** With its query; a capability, as the endpoint is. */
  path: string;
  authorization: string;
  /** Whole seconds. */
  ttl: string;
  topic: string;
  body: Buffer;
}

/**
 * Told what becomes of one request: one of the first three at most once, `released` once, and before
 * `notProcessed`: whoever hears that may hand the message over again at once.
 */
export interface Exchange {
  answered(status: number, retryAfter: string | undefined): void;
  failed(failure: Failure, sent: boolean): void;
  /** The service certainly did not process it: it can be sent again at once. */
  notProcessed(): void;
  /** Its place is free for another. */
  released(): void;
}

/** A request that was handed over. */
export interface Handle {
  /** Whether all of it has left. */
  readonly sent: boolean;
  /** Ends it without another word but `released`. */
  cancel(): void;
}

/** Open connections to one origin. */
export interface Transport {
  /** How many more requests it takes now. */
  readonly room: number;
  /** @throws {Error} when a header value is none; nothing was sent then */
  send(request: PushRequest, exchange: Exchange): Handle;
  /** When no request is under way; connections that do not close by themselves are cut. */
  close(): void;
  /** At once, whatever is under way. */
  destroy(): void;
}
