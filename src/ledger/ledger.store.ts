import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { UnknownDataKey } from '../platform/keyring.js';
import { Database, type Transaction } from '../platform/database.js';
import {
  ChainWalk,
  canonicalBytes,
  commit,
  commitmentOf,
  type Commitment,
  type Verdict,
} from './chain.js';
import { LedgerDisclosureRow, LedgerEntryRow, LedgerHeadRow } from './ledger-entry.entity.js';

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

const PLACE = 'ledger_disclosure/value';
const PAGE = 2_000;

const APPEND_ALL = `
  SELECT count(ledger_append(kind, subject, at, body)) FROM (
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[], $4::bytea[])
      WITH ORDINALITY AS entry (kind, subject, at, body, place) ORDER BY place
  ) AS entry`;

@Injectable()
export class LedgerStore {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /**
   * Appends inside the caller's transaction, as its last statement: the head row stays locked
   * until commit, so whatever follows holds up every other writer.
   */
  async append(tx: Transaction, entry: LedgerEntry): Promise<void> {
    const { sensitive, body } = sealed(entry);
    if (sensitive) await this.disclose(tx, [sensitive]);
    await tx.query('SELECT ledger_append($1, $2, $3, $4)', [
      entry.kind,
      entry.subject,
      entry.at,
      body,
    ]);
  }

  /** The same for thousands at once, in their order: so that the head row is held for less long. */
  async appendAll(tx: Transaction, entries: readonly LedgerEntry[]): Promise<void> {
    const all = entries.map((entry) => ({ ...entry, ...sealed(entry) }));
    const sensitive = all.flatMap((entry) => entry.sensitive ?? []);
    for (let from = 0; from < sensitive.length; from += PAGE)
      await this.disclose(tx, sensitive.slice(from, from + PAGE));
    await tx.query(APPEND_ALL, [
      all.map(({ kind }) => kind),
      all.map(({ subject }) => subject),
      all.map(({ at }) => at.toISOString()),
      all.map(({ body }) => body),
    ]);
  }

  private async disclose(tx: Transaction, all: Commitment[]) {
    const rows = all.map(({ commitment, salt, value }) => {
      const { keyId, bytes } = this.config.keyring.seal(value, PLACE);
      return { commitment, salt, keyId, value: bytes };
    });
    await tx.getRepository(LedgerDisclosureRow).insert(rows);
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

/** What is hashed, and what is only committed to. */
function sealed({ kind, subject, at, actor, facts, sensitive: value }: LedgerEntry) {
  const sensitive = value && commit(value);
  const body = canonicalBytes({
    ...{ kind, subject, at: at.toISOString(), actor, facts },
    ...(sensitive && { commitment: sensitive.commitment.toString('hex') }),
  });
  return { sensitive, body };
}
