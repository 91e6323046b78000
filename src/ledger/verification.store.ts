import { copyOut } from '../platform/copy.js';
import { binaryRows } from '../platform/copy-binary.js';
import type { Database, Transaction } from '../platform/database.js';
import { UnknownDataKey, type Keyring } from '../platform/keyring.js';
import { ChainWalk, commitmentOf, type Verdict } from './chain.js';
import { DISCLOSURE_PLACE, LedgerHeadRow } from './ledger-entry.entity.js';

/** Entries read at a time. */
const PAGE = 10_000;

/** In canonical JSON no blank stands around it; what holds no such bytes names no commitment. */
const COMMITMENT = Buffer.from('"commitment":');
const DIGEST_HEX = /^[0-9a-f]{64}$/;

type Altered = Extract<Verdict, { kind: 'altered' }>;

interface Disclosure {
  salt: Buffer;
  keyId: string;
  /** Sealed. */
  value: Buffer;
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
      for (let full = true; full;) {
        const page = await this.page(tx, walk.length);
        const before = walk.length;
        const vouching = walkThrough(walk, page);
        if (!Array.isArray(vouching)) return vouching;
        const missing = await this.checkValues(tx, vouching);
        if (typeof missing !== 'number') return missing;
        redactions += missing;
        progress?.(walk.length, recorded.size);
        full = walk.length - before === PAGE;
      }
      const wrong = walk.end(recorded);
      if (wrong) return wrong;
      return redactions > 0
        ? { kind: 'redacted', size: walk.length, redactions }
        : { kind: 'ok', size: walk.length };
    });
  }

  private page(tx: Transaction, after: number): Promise<Buffer> {
    return bytesOf(
      tx,
      `SELECT seq, body, leaf, head FROM ledger_entry WHERE seq > ${after} ORDER BY seq LIMIT ${PAGE}`,
    );
  }

  /** @returns how many values were expunged, or what is wrong with one that is there. */
  private async checkValues(tx: Transaction, vouching: Vouching[]): Promise<number | Altered> {
    if (vouching.length === 0) return 0;
    const disclosures = await this.disclosures(tx, vouching);
    let missing = 0;
    for (const { seq, commitment } of vouching) {
      const disclosure = disclosures.get(commitment);
      if (!disclosure) missing++;
      else if (!this.holds(disclosure, commitment))
        return { kind: 'altered', seq, what: 'a disclosed value is not what was committed to' };
    }
    return missing;
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
      `SELECT commitment, salt, key_id, value FROM ledger_disclosure
       WHERE commitment = ANY(ARRAY[${wanted.join(',')}]::bytea[])`,
    );
    const found = new Map<string, Disclosure>();
    for (const [commitment, salt, keyId, value] of binaryRows(bytes))
      found.set(commitment!.toString('hex'), {
        salt: salt!,
        keyId: keyId!.toString(),
        value: value!,
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
function walkThrough(walk: ChainWalk, page: Buffer): Vouching[] | Verdict {
  const vouching: Vouching[] = [];
  for (const [seq, body, leaf, head] of binaryRows(page)) {
    const entry = { seq: Number(seq!.readBigInt64BE()), body: body!, leaf: leaf!, head: head! };
    const wrong = walk.step(entry);
    if (wrong) return wrong;
    if (!entry.body.includes(COMMITMENT)) continue;
    const { commitment } = JSON.parse(entry.body.toString()) as { commitment?: string };
    if (commitment !== undefined) vouching.push({ seq: entry.seq, commitment });
  }
  return vouching;
}

async function bytesOf(tx: Transaction, query: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = await copyOut(tx, `COPY (${query}) TO STDOUT (FORMAT binary)`);
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
