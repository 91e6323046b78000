import type { Outcome } from '../channel.js';
import type { BreakerLimits } from './breaker.js';
import { BREAKER_LIMITS } from './breaker.js';
import type { Push } from './message.js';

export interface OriginLimits {
  /** Requests under way at once; the peer may want fewer. */
  maxConcurrent: number;
  /** Messages that wait for one of those places. */
  maxWaiting: number;
  /** From a message's being handed over to the status of its answer, and to the answer's end. */
  timeoutMs: number;
  /** An origin that says nothing for so long, with requests under way, hangs. */
  stallMs: number;
  /** How often both are looked at, by one timer for all requests. */
  sweepMs: number;
  breaker: BreakerLimits;
}

export const ORIGIN_LIMITS: OriginLimits = {
  maxConcurrent: 200,
  maxWaiting: 20_000,
  timeoutMs: 10_000,
  stallMs: 3_000,
  sweepMs: 250,
  breaker: BREAKER_LIMITS,
};

/** A host begins to refuse messages of one VAPID key, or (status 0) leads to no public address. */
export interface Fault {
  host: string;
  status: number;
  keyId?: string;
}

export interface OriginOptions {
  limits: OriginLimits;
  clock: () => number;
  random: () => number;
  /** The Authorization header at a time in epoch ms, by the VAPID key's id. */
  authorization: (now: number, keyId: string) => string;
  /** The encrypted body, made anew when a message is sent again. @throws when it cannot be */
  body: (push: Push) => Buffer;
  /** Must not throw. */
  onFault: (fault: Fault) => void;
  /** Must not throw. */
  onAnswer?: ((answer: { host: string; outcome: Outcome; millis: number }) => void) | undefined;
}
