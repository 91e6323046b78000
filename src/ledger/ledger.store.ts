import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import type { Transaction } from '../platform/database.js';
import { canonicalBytes, commit, type Commitment } from './chain.js';
import { DISCLOSURE_PLACE, LedgerDisclosureRow } from './ledger-entry.entity.js';

/** One thing that happened, as the ledger keeps it. */
export interface LedgerEntry {
  kind: string;
  /** The incident (or other thing) whose timeline it belongs to. */
  subject: string;
  at: Date;
  /** Who did it: a staff id, or `clock`. */
  actor: string;
  /** Facts kept in the chain itself, in clear, for good. */
  facts: object;
  /** Sensitive values: the chain holds a commitment, the value can be expunged. */
  sensitive?: object;
}

@Injectable()
export class LedgerStore {
  constructor(private readonly config: Config) {}

  /**
   * Appends inside the caller's transaction, as its last statement: the head row stays locked
   * until commit, so whatever follows holds up every other writer.
   */
  async append(tx: Transaction, entry: LedgerEntry): Promise<void> {
    const sensitive = entry.sensitive && commit(entry.sensitive);
    const body = canonicalBytes({
      kind: entry.kind,
      subject: entry.subject,
      at: entry.at.toISOString(),
      actor: entry.actor,
      facts: entry.facts,
      ...(sensitive && { commitment: sensitive.commitment.toString('hex') }),
    });
    if (sensitive) await this.disclose(tx, sensitive);
    await tx.query('SELECT ledger_append($1, $2, $3, $4)', [
      entry.kind,
      entry.subject,
      entry.at,
      body,
    ]);
  }

  private async disclose(tx: Transaction, { commitment, salt, value }: Commitment) {
    const { keyId, bytes } = this.config.keyring.seal(value, DISCLOSURE_PLACE);
    await tx.getRepository(LedgerDisclosureRow).insert({ commitment, salt, keyId, value: bytes });
  }
}
