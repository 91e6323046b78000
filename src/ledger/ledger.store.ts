import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { UnknownDataKey } from '../platform/keyring.js';
import { Database, lastly, type Transaction } from '../platform/database.js';
import { statement } from '../platform/statements.js';
import {
  ChainWalk,
  canonicalBytes,
  commit,
  commitmentOf,
  type Commitment,
  type Verdict,
} from './chain.js';
import { LedgerDisclosureRow, LedgerEntryRow, LedgerHeadRow } from './ledger-entry.entity.js';

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

const PLACE = 'ledger_disclosure/value';
const PAGE = 2_000;

const DISCLOSE = statement(
  'INSERT INTO ledger_disclosure (commitment, salt, key_id, value) VALUES ($1, $2, $3, $4)',
);
const APPEND = statement('SELECT ledger_append($1, $2, $3, $4)');

@Injectable()
export class LedgerStore {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

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
    const { keyId, bytes } = this.config.keyring.seal(value, PLACE);
    lastly(tx, DISCLOSE, [commitment, salt, keyId, bytes]);
  }

  /** Reads the whole ledger in one snapshot and checks every hash and every disclosed value. */
  async verify(progress?: (checked: number, size: number) => void): Promise<Verdict> {
    return this.database.transaction(async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await tx.query('SET LOCAL statement_timeout = 0');
      const head = await tx.getRepository(LedgerHeadRow).findOneBy({ id: true });
      if (!head) return { kind: 'altered', seq: 0, what: 'the head row is missing' };
      const recorded = { size: Number(head.size), head: head.head };
      const walk = new ChainWalk();
      let redactions = 0;
      for (;;) {
        const rows = await this.page(tx, walk.length);
        for (const row of rows) {
          const wrong = walk.step({ ...row, seq: Number(row.seq) });
          if (wrong) return wrong;
        }
        const values = await this.checkValues(tx, rows);
        if (typeof values !== 'number') return values;
        redactions += values;
        progress?.(walk.length, recorded.size);
        if (rows.length < PAGE) break;
      }
      const wrong = walk.end(recorded);
      if (wrong) return wrong;
      return redactions > 0
        ? { kind: 'redacted', size: walk.length, redactions }
        : { kind: 'ok', size: walk.length };
    });
  }

  private page(tx: Transaction, after: number): Promise<LedgerEntryRow[]> {
    return tx
      .getRepository(LedgerEntryRow)
      .createQueryBuilder('entry')
      .where('entry.seq > :after', { after })
      .orderBy('entry.seq')
      .limit(PAGE)
      .getMany();
  }

  /** @returns how many values were expunged, or what is wrong with one that is there. */
  private async checkValues(
    tx: Transaction,
    rows: LedgerEntryRow[],
  ): Promise<number | Extract<Verdict, { kind: 'altered' }>> {
    const named = rows.flatMap(({ seq, body }) => {
      const { commitment } = JSON.parse(body.toString()) as { commitment?: string };
      return commitment === undefined ? [] : [{ seq: Number(seq), commitment }];
    });
    if (named.length === 0) return 0;
    const found = await tx
      .getRepository(LedgerDisclosureRow)
      .createQueryBuilder('value')
      .where('value.commitment = ANY(:all)', {
        all: named.map(({ commitment }) => Buffer.from(commitment, 'hex')),
      })
      .getMany();
    const byCommitment = new Map(found.map((row) => [row.commitment.toString('hex'), row]));
    let missing = 0;
    for (const { seq, commitment } of named) {
      const row = byCommitment.get(commitment);
      if (!row) missing++;
      else if (!this.holds(row))
        return { kind: 'altered', seq, what: 'a disclosed value is not what was committed to' };
    }
    return missing;
  }

  private holds(row: LedgerDisclosureRow): boolean {
    try {
      const value = this.config.keyring.open({ keyId: row.keyId, bytes: row.value }, PLACE);
      return commitmentOf(row.salt, value).equals(row.commitment);
    } catch (error) {
      // Not to be able to look is no sign of tampering.
      if (error instanceof UnknownDataKey) throw error;
      return false;
    }
  }
}
