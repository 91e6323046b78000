import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { lastly, type Transaction } from '../platform/database.js';
import { statement } from '../platform/statements.js';
import { canonicalBytes, commit, type Commitment } from './chain.js';
import { DISCLOSURE_PLACE } from './ledger-entry.entity.js';

/** For commands of other rooms that append. */
export { LEDGER_ENTITIES } from './ledger-entry.entity.js';

/** One thing that happened, as the ledger keeps it. */
export interface LedgerEntry {
  kind: string;
  /** The incident (or other thing) whose timeline it belongs to. */
  subject: string;
  at: Date;
  /** Who did it: a staff id, `clock`, or `import`. */
  actor: string;
  /** Facts kept in the chain itself, in clear, for good. */
  facts: object;
  /** Sensitive values: the chain holds a commitment, the value can be expunged. */
  sensitive?: object;
}

const DISCLOSE = statement(
  `INSERT INTO ledger_disclosure (commitment, salt, key_id, value)
   SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::bytea[])`,
);
const APPEND = statement('SELECT ledger_append($1, $2, $3, $4)');

const APPEND_ALL = statement(`
  SELECT count(ledger_append(kind, subject, at, body)) FROM (
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::bytea[])
      WITH ORDINALITY AS entry (kind, subject, at, body, place) ORDER BY place
  ) AS entry`);

@Injectable()
export class LedgerStore {
  constructor(private readonly config: Config) {}

  /**
   * Appends inside the caller's transaction, as the last thing before its commit: the head row stays
   * locked until then, so whatever followed would hold up every other writer.
   */
  async append(tx: Transaction, entry: LedgerEntry): Promise<void> {
    const { sensitive, body } = sealed(entry);
    if (sensitive) this.disclose(tx, [sensitive]);
    lastly(tx, APPEND, [entry.kind, entry.subject, entry.at, body]);
  }

  /** The same for thousands at once, in their order: so that the head row is held for less long. */
  async appendAll(tx: Transaction, entries: readonly LedgerEntry[]): Promise<void> {
    const all = entries.map((entry) => ({ ...entry, ...sealed(entry) }));
    this.disclose(
      tx,
      all.flatMap((entry) => entry.sensitive ?? []),
    );
    lastly(tx, APPEND_ALL, [
      all.map(({ kind }) => kind),
      all.map(({ subject }) => subject),
      all.map(({ at }) => at.toISOString()),
      all.map(({ body }) => body),
    ]);
  }

  private disclose(tx: Transaction, all: readonly Commitment[]): void {
    if (all.length === 0) return;
    const values = all.map(({ value }) => this.config.keyring.seal(value, DISCLOSURE_PLACE));
    lastly(tx, DISCLOSE, [
      all.map(({ commitment }) => commitment),
      all.map(({ salt }) => salt),
      values.map(({ keyId }) => keyId),
      values.map(({ bytes }) => bytes),
    ]);
  }
}

/** What is hashed, and what is only committed to. */
function sealed({ kind, subject, at, actor, facts, sensitive: value }: LedgerEntry) {
  const sensitive = value && commit(value);
  const body = canonicalBytes({
    ...{ kind, subject, at: at.toISOString(), actor, facts },
    ...(sensitive && { commitment: sensitive.commitment.toString('hex') }),
  });
  return { sensitive, body };
}
