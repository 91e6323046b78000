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

/** An entry of which something is removed. */
export interface RedactedEntry {
  kind: string;
  subject: string;
  facts: Record<string, unknown>;
}

/** Two people decided it. */
export interface Redacting {
  /** The id of their redaction. */
  redaction: string;
  /** Its code. */
  reason: string;
  proposedBy: string;
  approvedBy: string;
}

/** What a room keeps beside the ledger in more detail than is kept for good. */
export interface RawDetail {
  /** @returns the ids of what lost its detail, the oldest first */
  expunge(tx: Transaction, due: Due): Promise<string[]>;
  /** Takes up again, once a day, what an earlier destruction left to be done outside the database. */
  finish?(): Promise<void>;
}

/** Destroys what a room keeps of one entry that is redacted. */
export type Redactor = (
  tx: Transaction,
  entry: RedactedEntry,
  redacting: Redacting,
) => Promise<void>;

/** Whether what an entry tells of is still there; null: there is nothing that could be destroyed. */
export type Presence = (tx: Transaction, entry: RedactedEntry) => Promise<boolean | null>;

/** Kinds of raw detail beside the ledger's own; each has its number of days. */
export type RawDetailKind = 'narrative' | 'evidence';

/** The rooms say here what they keep, so that one schedule and one redaction reach all of it. */
@Injectable()
export class RawDetails {
  private readonly details = new Map<RawDetailKind, RawDetail>();
  private readonly redactors: Redactor[] = [];
  private readonly lasting = new Set<string>();
  private readonly presences = new Map<string, Presence>();

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

  /**
   * Entries of this kind vouch for no value of the ledger, and yet tell of something that is kept
   * elsewhere: to redact one is to destroy that.
   */
  addKept(kind: string, isThere: Presence): void {
    this.presences.set(kind, isThere);
  }

  /** As {@link Presence}, of whatever room keeps it. */
  async isThere(tx: Transaction, entry: RedactedEntry): Promise<boolean | null> {
    return (await this.presences.get(entry.kind)?.(tx, entry)) ?? null;
  }

  async redact(tx: Transaction, entry: RedactedEntry, redacting: Redacting): Promise<void> {
    for (const redactor of this.redactors) await redactor(tx, entry, redacting);
  }

  async finish(): Promise<void> {
    for (const detail of this.details.values()) await detail.finish?.();
  }
}
