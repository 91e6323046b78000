import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';

/** What has been kept long enough. */
export interface Due {
  /** Older than this. */
  before: Date;
  /** Incidents, and whatever else entries are about, of which nothing is destroyed. */
  held: readonly string[];
  /** At most so many at once. */
  limit: number;
}

/** An entry whose value is redacted. */
export interface RedactedEntry {
  kind: string;
  subject: string;
  facts: Record<string, unknown>;
}

/** What a room keeps beside the ledger in more detail than is kept for good. */
export interface RawDetail {
  /** @returns the ids of what lost its detail, the oldest first */
  expunge(tx: Transaction, due: Due): Promise<string[]>;
}

/** Destroys what a room keeps of one entry that is redacted. */
export type Redactor = (tx: Transaction, entry: RedactedEntry) => Promise<void>;

/** Kinds of raw detail beside the ledger's own; each has its number of days. */
export type RawDetailKind = 'narrative';

/** The rooms say here what they keep, so that one schedule and one redaction reach all of it. */
@Injectable()
export class RawDetails {
  private readonly details = new Map<RawDetailKind, RawDetail>();
  private readonly redactors: Redactor[] = [];
  private readonly lasting = new Set<string>();

  add(kind: RawDetailKind, detail: RawDetail): void {
    this.details.set(kind, detail);
  }

  get(kind: RawDetailKind): RawDetail | undefined {
    return this.details.get(kind);
  }

  addRedactor(redactor: Redactor): void {
    this.redactors.push(redactor);
  }

  /**
   * Entries of these kinds vouch for what is itself kept for good, and no raw detail: no schedule
   * destroys it, only two people do.
   */
  addLasting(kinds: readonly string[]): void {
    for (const kind of kinds) this.lasting.add(kind);
  }

  get lastingKinds(): string[] {
    return [...this.lasting];
  }

  async redact(tx: Transaction, entry: RedactedEntry): Promise<void> {
    for (const redactor of this.redactors) await redactor(tx, entry);
  }
}
