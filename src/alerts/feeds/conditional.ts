import type { LastChange } from './last-change.js';

/** What a client says it has. */
export interface Conditions {
  'if-none-match'?: string | undefined;
  'if-modified-since'?: string | undefined;
}

/** What there is. */
export interface Validators extends LastChange {
  /** Strong, with its quotes. */
  etag: string;
}

/**
 * Whether the client already has it (RFC 9110 §13). A date counts only without an ETag, and only
 * when no other change was so close that the date cannot tell them apart.
 */
export function isUnmodified(asked: Conditions, { etag, at, alone }: Validators): boolean {
  const tags = asked['if-none-match'];
  if (tags !== undefined) return hasTag(tags, etag);
  const since = Date.parse(asked['if-modified-since'] ?? '');
  return alone && since >= Math.floor(at.getTime() / 1_000) * 1_000;
}

const hasTag = (tags: string, etag: string) =>
  tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);

/** `Last-Modified`: never later than now, where another machine's clock is ahead. */
export const httpDate = (at: Date, now: Date): string => (at > now ? now : at).toUTCString();
