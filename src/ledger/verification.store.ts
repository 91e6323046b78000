import { copyOut } from '../platform/copy.js';
import { binaryRows } from '../platform/copy-binary.js';
import type { Database, Transaction } from '../platform/database.js';
import { UnknownDataKey, type Keyring } from '../platform/keyring.js';
import { commitmentOf, type Verdict } from './chain.js';
import type { Checkpoint } from './checkpoint.js';
import { DISCLOSURE_PLACE, LedgerHeadRow } from './ledger-entry.entity.js';
import { LedgerWalk } from './verification.js';

/** Entries read at a time. */
const PAGE = 10_000;

const DIGEST_HEX = /^[0-9a-f]{64}$/;
/** PostgreSQL counts microseconds from 2000 on. */
const FROM_1970_TO_2000_MS = 946_684_800_000;

type Altered = Extract<Verdict, { kind: 'altered' }>;

interface Disclosure {
  salt: Buffer;
  keyId: string;
  /** Sealed. */
  value: Buffer;
  /** The entry it is filed under; null: under none yet. */
  entry: number | null;
}

/** An entry that vouches for a value kept elsewhere; the digest in hex. */
interface Vouching {
  seq: number;
  commitment: string;
}

/** Reads the ledger in bulk, as bytes, and checks all of it. */
export class VerificationStore {
  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
  ) {}

  /**
   * Reads the whole ledger in one snapshot and checks every hash, every disclosed value, and that it
   * is the one the anchors vouch for.
   */
  async verify(
    anchors: readonly Checkpoint[] = [],
    progress?: (checked: number, size: number) => void,
  ): Promise<Verdict> {
    return this.database.transaction(async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await tx.query('SET LOCAL statement_timeout = 0');
      const head = await tx.getRepository(LedgerHeadRow).findOneBy({ id: true });
      if (!head) return { kind: 'altered', seq: 0, what: 'the head row is missing' };
      const recorded = { size: Number(head.size), head: head.head };
      const walk = new LedgerWalk(anchors);
      const report = () => progress?.(walk.length, recorded.size);
      const disclosed = walk.begin() ?? (await this.walkAll(tx, walk, report));
      if (typeof disclosed !== 'number') return disclosed;
      const verdict = walk.end(recorded);
      const intact = verdict.kind === 'ok' || verdict.kind === 'redacted';
      if (!intact || (await this.valuesKept(tx)) === disclosed) return verdict;
      const what = 'there is a value that no entry vouches for';
      return { kind: 'altered', seq: walk.length, what };
    });
  }

  /** @returns how many values are there of those that entries vouch for, or the first wrong thing. */
  private async walkAll(
    tx: Transaction,
    walk: LedgerWalk,
    progress: () => void,
  ): Promise<number | Verdict> {
    let disclosed = 0;
    for (let full = true; full;) {
      const before = walk.length;
      const vouching = walkThrough(walk, await this.page(tx, before));
      if (!Array.isArray(vouching)) return vouching;
      const found = await this.checkValues(tx, walk, vouching);
      if (typeof found !== 'number') return found;
      disclosed += found;
      progress();
      full = walk.length - before === PAGE;
    }
    return disclosed;
  }

  private async valuesKept(tx: Transaction): Promise<number> {
    const [row] = (await tx.query('SELECT count(*) AS n FROM ledger_disclosure')) as [
      { n: string },
    ];
    return Number(row.n);
  }

  private page(tx: Transaction, after: number): Promise<Buffer> {
    return bytesOf(
      tx,
      `SELECT seq, body, leaf, head, kind, subject::text, recorded_at FROM ledger_entry
       WHERE seq > ${after} ORDER BY seq LIMIT ${PAGE}`,
    );
  }

  /** @returns how many values are there, or what is wrong with one of them. */
  private async checkValues(
    tx: Transaction,
    walk: LedgerWalk,
    vouching: Vouching[],
  ): Promise<number | Altered> {
    if (vouching.length === 0) return 0;
    const disclosures = await this.disclosures(tx, vouching);
    for (const { seq, commitment } of vouching) {
      const disclosure = disclosures.get(commitment);
      if (!disclosure) walk.misses(seq);
      else if (!this.holds(disclosure, commitment))
        return { kind: 'altered', seq, what: 'a disclosed value is not what was committed to' };
      else if (disclosure.entry !== null && disclosure.entry !== seq)
        return { kind: 'altered', seq, what: 'a disclosed value is filed under another entry' };
    }
    return disclosures.size;
  }

  private async disclosures(
    tx: Transaction,
    vouching: Vouching[],
  ): Promise<Map<string, Disclosure>> {
    // COPY takes no parameters: nothing but digests in hex is written into it.
    const wanted = vouching
      .filter(({ commitment }) => DIGEST_HEX.test(commitment))
      .map(({ commitment }) => `'\\x${commitment}'`);
    if (wanted.length === 0) return new Map();
    const bytes = await bytesOf(
      tx,
      `SELECT commitment, salt, key_id, value, entry FROM ledger_disclosure
       WHERE commitment = ANY(ARRAY[${wanted.join(',')}]::bytea[])`,
    );
    const found = new Map<string, Disclosure>();
    for (const [commitment, salt, keyId, value, entry] of binaryRows(bytes))
      found.set(commitment!.toString('hex'), {
        salt: salt!,
        keyId: keyId!.toString(),
        value: value!,
        entry: entry ? Number(entry.readBigInt64BE()) : null,
      });
    return found;
  }

  private holds({ salt, keyId, value }: Disclosure, commitment: string): boolean {
    try {
      const opened = this.keyring.open({ keyId, bytes: value }, DISCLOSURE_PLACE);
      return commitmentOf(salt, opened).toString('hex') === commitment;
    } catch (error) {
      // Not to be able to look is no sign of tampering.
      if (error instanceof UnknownDataKey) throw error;
      return false;
    }
  }
}

/** @returns which entries of the page vouch for a value, or what is wrong with the first bad one. */
function walkThrough(walk: LedgerWalk, page: Buffer): Vouching[] | Verdict {
  const vouching: Vouching[] = [];
  for (const columns of binaryRows(page)) {
    const seq = Number(columns[0]!.readBigInt64BE());
    const found = walk.step({
      seq,
      body: columns[1]!,
      leaf: columns[2]!,
      head: columns[3]!,
      kind: columns[4]!.toString(),
      subject: columns[5]!.toString('latin1'),
      recordedAt: Number(columns[6]!.readBigInt64BE()) / 1_000 + FROM_1970_TO_2000_MS,
    });
    if (typeof found === 'string') vouching.push({ seq, commitment: found });
    else if (found) return found;
  }
  return vouching;
}

async function bytesOf(tx: Transaction, query: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = await copyOut(tx, `COPY (${query}) TO STDOUT (FORMAT binary)`);
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
