import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import type { Transaction } from '../platform/database.js';
import { canonicalBytes, commit, type Commitment } from './chain.js';
import { DISCLOSURE_PLACE, LedgerDisclosureRow } from './ledger-entry.entity.js';
import type { Due } from './raw-details.service.js';

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

  private async disclose(tx: Transaction, { commitment, salt, value }: Commitment) {
    const { keyId, bytes } = this.config.keyring.seal(value, DISCLOSURE_PLACE);
    await tx.getRepository(LedgerDisclosureRow).insert({ commitment, salt, keyId, value: bytes });
  }
}
