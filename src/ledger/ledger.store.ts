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

const APPEND = statement('SELECT ledger_append_all($1, $2, $3, $4)');

/** Each value is filed under its entry; `$5` are their places among the entries, from 0. */
const APPEND_AND_DISCLOSE = statement(`
  INSERT INTO ledger_disclosure (commitment, salt, key_id, value, entry)
  SELECT commitment, salt, key_id, value, first + place
  FROM ledger_append_all($1, $2, $3, $4) AS first,
    unnest($5::bigint[], $6::bytea[], $7::bytea[], $8::text[], $9::bytea[])
      AS disclosed (place, commitment, salt, key_id, value)`);

@Injectable()
export class LedgerStore {
  constructor(private readonly config: Config) {}

  /**
   * Appends inside the caller's transaction, as the last thing before its commit: the head row stays
   * locked until then, so whatever followed would hold up every other writer.
   */
  async append(tx: Transaction, entry: LedgerEntry): Promise<void> {
    await this.appendAll(tx, [entry]);
  }

  /** The same for thousands at once, in their order: the head moves once. */
  async appendAll(tx: Transaction, entries: readonly LedgerEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const all = entries.map((entry) => ({ ...entry, ...sealed(entry) }));
    const rows = [
      all.map(({ kind }) => kind),
      all.map(({ subject }) => subject),
      all.map(({ at }) => at.toISOString()),
      all.map(({ body }) => body),
    ];
    const disclosed = all.flatMap(({ commitment }, place) => this.disclosed(commitment, place));
    if (disclosed.length === 0) return lastly(tx, APPEND, rows);
    lastly(tx, APPEND_AND_DISCLOSE, [
      ...rows,
      disclosed.map(({ place }) => place),
      disclosed.map(({ commitment }) => commitment),
      disclosed.map(({ salt }) => salt),
      disclosed.map(({ keyId }) => keyId),
      disclosed.map(({ bytes }) => bytes),
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

  /**
   * Destroys the oldest values that are due.
   * @param lasting kinds of entries whose values stay
   * @returns the entries that vouched for them
   */
  async expunge(
    tx: Transaction,
    { before, held, limit }: Due,
    lasting: readonly string[],
  ): Promise<number[]> {
    const [rows] = (await tx.query(
      `WITH due AS (
         SELECT disclosure.commitment, seq
         FROM ledger_disclosure AS disclosure JOIN ledger_entry ON seq = disclosure.entry
         WHERE recorded_at < $1 AND subject <> ALL($2::uuid[])
           AND kind <> ALL($4::text[])
         ORDER BY disclosure.entry LIMIT $3
       )
       DELETE FROM ledger_disclosure USING due
       WHERE ledger_disclosure.commitment = due.commitment RETURNING due.seq`,
      [before, held, limit, lasting],
    )) as [{ seq: string }[], number];
    return rows.map(({ seq }) => Number(seq));
  }

  private disclosed(committed: Commitment | undefined, place: number) {
    if (!committed) return [];
    const { commitment, salt, value } = committed;
    return [{ place, commitment, salt, ...this.config.keyring.seal(value, DISCLOSURE_PLACE) }];
  }
}

/** What is hashed, and what is only committed to. */
function sealed({ kind, subject, at, actor, facts, sensitive }: LedgerEntry) {
  const commitment = sensitive && commit(sensitive);
  const body = canonicalBytes({
    ...{ kind, subject, at: at.toISOString(), actor, facts },
    ...(commitment && { commitment: commitment.commitment.toString('hex') }),
  });
  return { commitment, body };
}
