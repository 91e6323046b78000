import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { lastly, type Transaction } from '../platform/database.js';
import { statement } from '../platform/statements.js';
import { canonicalBytes, commit, type Commitment } from './chain.js';
import { DISCLOSURE_PLACE, LedgerDisclosureRow } from './ledger-entry.entity.js';
import type { Due } from './raw-details.service.js';

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

/** An entry as it is kept. */
export interface KeptEntry {
  sequence: number;
  kind: string;
  subject: string;
  recordedAt: Date;
  /** The exact bytes that were hashed: canonical JSON. */
  body: Buffer;
  leaf: Buffer;
  head: Buffer;
  /** Whether the value it vouches for is still there; null: it vouches for none. */
  disclosed: boolean | null;
}

const KEPT = `
  SELECT seq::float8 AS sequence, kind, subject, recorded_at AS "recordedAt", body, leaf,
    ledger_entry.head, CASE WHEN position('"commitment":'::bytea IN body) > 0
      THEN EXISTS (SELECT FROM ledger_disclosure WHERE entry = seq) END AS disclosed
  FROM ledger_entry`;

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

  async entry(tx: Transaction, sequence: number): Promise<KeptEntry | undefined> {
    const [row] = (await tx.query(`${KEPT} WHERE seq = $1`, [sequence])) as KeptEntry[];
    return row;
  }

  /** Everything that happened to it, oldest first. */
  async ofSubject(tx: Transaction, subject: string): Promise<KeptEntry[]> {
    return (await tx.query(`${KEPT} WHERE subject = $1 ORDER BY seq`, [subject])) as KeptEntry[];
  }

  /** Destroys the value that an entry vouches for. @returns whether it was there. */
  async redact(tx: Transaction, sequence: number): Promise<boolean> {
    const { affected } = await tx
      .getRepository(LedgerDisclosureRow)
      .delete({ entry: String(sequence) });
    return affected === 1;
  }

  /** Destroys the oldest values that are due. @returns the entries that vouched for them. */
  async expunge(tx: Transaction, { before, held, limit }: Due): Promise<number[]> {
    const [rows] = (await tx.query(
      `WITH due AS (
         SELECT disclosure.commitment, seq
         FROM ledger_disclosure AS disclosure JOIN ledger_entry ON seq = disclosure.entry
         WHERE recorded_at < $1 AND subject <> ALL($2::uuid[])
         ORDER BY disclosure.entry LIMIT $3
       )
       DELETE FROM ledger_disclosure USING due
       WHERE ledger_disclosure.commitment = due.commitment RETURNING due.seq`,
      [before, held, limit],
    )) as [{ seq: string }[], number];
    return rows.map(({ seq }) => Number(seq));
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
