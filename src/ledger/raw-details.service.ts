import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';

/** What has been kept long enough. */
export interface Due {
  /** Older than this. */
  before: Date;
  /** Incidents of which nothing is destroyed. */
  held: readonly string[];
  /** At most so many at once. */
  limit: number;
}

/** What a room keeps beside the ledger in more detail than is kept for good. */
export interface RawDetail {
  /** @returns the ids of what lost its detail, the oldest first */
  expunge(tx: Transaction, due: Due): Promise<string[]>;
  /**
   * Destroys what is kept of one entry that is redacted.
   * @param facts the entry's
   */
  redact(tx: Transaction, facts: Record<string, unknown>): Promise<void>;
}

/** Kinds of raw detail beside the ledger's own; each has its number of days. */
export type RawDetailKind = 'narrative';

/** The rooms say here what they keep, so that one schedule and one redaction reach all of it. */
@Injectable()
export class RawDetails {
  private readonly details = new Map<RawDetailKind, RawDetail>();

  add(kind: RawDetailKind, detail: RawDetail): void {
    this.details.set(kind, detail);
  }

  get(kind: RawDetailKind): RawDetail | undefined {
    return this.details.get(kind);
  }

  async redact(tx: Transaction, facts: Record<string, unknown>): Promise<void> {
    for (const detail of this.details.values()) await detail.redact(tx, facts);
  }
}
