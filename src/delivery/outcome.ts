import type { Outcome } from './channel.js';

export type Failure = 'timeout' | 'tls' | 'dns' | 'reset' | 'refused' | 'closed' | 'overflow';

/** What came back for one request, or why nothing did. */
export type Answer =
  | { status: number; retryAfter?: string | undefined }
  /** `sent`: the whole request had left before it failed. */
  | { failure: Failure; sent: boolean };

export interface JudgeContext {
  /** epoch ms */
  now: number;
  /** epoch ms */
  expires: number;
  /** 0 for the first attempt. */
  attempt: number;
  /** In [0, 1), as Math.random. */
  random: () => number;
}

/** Longest wait after the first attempt; it doubles with each one. */
export const BACKOFF_BASE_MS = 1_000;
export const BACKOFF_MAX_MS = 60_000;
export const RETRY_AFTER_DEFAULT_MS = 5_000;
export const RETRY_AFTER_MIN_MS = 1_000;
/** No service may hold an alert back for longer than this with one answer. */
export const RETRY_AFTER_MAX_MS = 300_000;

/** Those who were put off come back spread over as long as they waited, within these bounds. */
const SPREAD_MIN_MS = 1_000;
const SPREAD_MAX_MS = 5_000;

/** Fewer than this are no sign of a fault, in a network however small. */
const GONE_SIGN = 3;

/** These never reached whoever takes messages, whatever had left this side. */
const NEVER_TAKEN: ReadonlySet<Failure> = new Set(['tls', 'dns', 'refused']);

/** The delivery rules: what one answer means for one device. */
export function judge(answer: Answer, context: JudgeContext): Outcome {
  if ('failure' in answer) {
    const uncertain = answer.sent && !NEVER_TAKEN.has(answer.failure);
    return retry(backoff(context), uncertain, context);
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 410) return { kind: 'gone' };
  if (status === 404) return { kind: 'missing' };
  if (status === 429) {
    return retry(parseRetryAfter(answer, context) ?? RETRY_AFTER_DEFAULT_MS, false, context);
  }
  if (status >= 500 && status < 600) {
    const afterMs = Math.max(backoff(context), parseRetryAfter(answer, context) ?? 0);
    return retry(afterMs, false, context);
  }
  return { kind: 'fault', status };
}

/** Not attempted: the host is to be left alone for `waitMs`. */
export function putOff(waitMs: number, random: () => number): Outcome {
  const spread = Math.min(SPREAD_MAX_MS, Math.max(SPREAD_MIN_MS, waitMs));
  return { kind: 'retry', afterMs: Math.ceil(waitMs + random() * spread), uncertain: false };
}

/**
 * Whether so many of a host's sends came back gone that the host is likelier wrong than the
 * devices: then nobody is deleted.
 */
export function tooManyGone(sent: number, gone: number): boolean {
  return gone >= GONE_SIGN && gone * 5 > sent;
}

/** An uncertain message is never `expired`: that would say that the device was not told. */
function retry(afterMs: number, uncertain: boolean, { now, expires }: JudgeContext): Outcome {
  if (now >= expires && !uncertain) return { kind: 'expired' };
  return { kind: 'retry', afterMs, uncertain };
}

/** Full jitter, so that a host that comes back is not met by everybody at once. */
function backoff({ attempt, random }: JudgeContext): number {
  const longest = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 30));
  return Math.round(random() * longest);
}

/** RFC 9110 §10.2.3, bounded; undefined when absent or unreadable. */
function parseRetryAfter(
  { retryAfter }: { retryAfter?: string | undefined },
  { now }: JudgeContext,
) {
  const text = retryAfter?.trim() ?? '';
  let afterMs: number;
  if (/^\d+$/.test(text)) afterMs = Number(text) * 1000;
  else if (/^[A-Z][a-z]+, .{1,30} GMT$/.test(text)) afterMs = Date.parse(text) - now;
  else return undefined;
  if (Number.isNaN(afterMs)) return undefined;
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_AFTER_MIN_MS, afterMs));
}
