import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { lastly, type Transaction } from '../platform/database.js';
import { statement } from '../platform/statements.js';
import { canonicalBytes, commit, type Commitment } from './chain.js';
import { DISCLOSURE_PLACE } from './ledger-entry.entity.js';

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

const DISCLOSE = statement(
  'INSERT INTO ledger_disclosure (commitment, salt, key_id, value) VALUES ($1, $2, $3, $4)',
);
const APPEND = statement('SELECT ledger_append($1, $2, $3, $4)');

@Injectable()
export class LedgerStore {
  constructor(private readonly config: Config) {}

  /**
   * Appends inside the caller's transaction, as the last thing before its commit: the head row stays
   * locked until then, so whatever followed would hold up every other writer.
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
    if (sensitive) this.disclose(tx, sensitive);
    lastly(tx, APPEND, [entry.kind, entry.subject, entry.at, body]);
  }

  private disclose(tx: Transaction, { commitment, salt, value }: Commitment): void {
    const { keyId, bytes } = this.config.keyring.seal(value, DISCLOSURE_PLACE);
    lastly(tx, DISCLOSE, [commitment, salt, keyId, bytes]);
  }
}
