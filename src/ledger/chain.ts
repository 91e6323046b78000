import { hash, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';

const LEAF_MARK = Buffer.from([0x00]);
const HEAD_MARK = Buffer.from([0x01]);
const VALUE_MARK = Buffer.from([0x02]);
const HEAD_AT = 1;
const LEAF_AT = 33;

/** `leaf = SHA-256(0x00 ‖ body)`. */
export const leafOf = (body: Buffer): Buffer => sha256(LEAF_MARK, body);

/** `head_n = SHA-256(0x01 ‖ head_{n-1} ‖ leaf)`. */
export const nextHead = (head: Buffer, leaf: Buffer): Buffer => sha256(HEAD_MARK, head, leaf);

/** The head of an empty ledger: `SHA-256("")`. */
export const EMPTY_HEAD: Buffer = sha256();

/** RFC 8785 (JSON Canonicalization Scheme): the exact bytes that are hashed and stored. */
export function canonicalBytes(value: object): Buffer {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('not canonicalizable');
  return Buffer.from(text, 'utf8');
}

/** A value that the chain vouches for without holding it: `SHA-256(0x02 ‖ salt ‖ value)`. */
export interface Commitment {
  commitment: Buffer;
  salt: Buffer;
  value: Buffer;
}

export function commit(value: object, salt: Buffer = randomBytes(32)): Commitment {
  const bytes = canonicalBytes(value);
  return { commitment: commitmentOf(salt, bytes), salt, value: bytes };
}

export const commitmentOf = (salt: Buffer, value: Buffer): Buffer =>
  sha256(VALUE_MARK, salt, value);

export interface ChainEntry {
  seq: number;
  body: Buffer;
  leaf: Buffer;
  head: Buffer;
}

export type Verdict =
  | { kind: 'ok'; size: number }
  /**
   * Intact, but values were expunged: as many entries name one that is no longer there. For
   * `unaccounted` of them no later entry says that it was done.
   */
  | { kind: 'redacted'; size: number; redactions: number; unaccounted: number }
  | { kind: 'altered'; seq: number; what: string }
  | { kind: 'truncated'; seq: number; what: string }
  /** It holds in itself, and is not the one that a checkpoint vouches for. */
  | { kind: 'forked'; seq: number; what: string }
  /** What was given to check against is worth nothing. */
  | { kind: 'bad-anchor'; what: string };

/** Exit status of `npm run ledger:verify`. */
export const EXIT_STATUS = {
  ok: 0,
  redacted: 10,
  altered: 20,
  truncated: 30,
  forked: 30,
  'bad-anchor': 40,
} as const satisfies Record<Verdict['kind'], number>;

/** Walks a chain entry by entry and says the first thing that is wrong. */
export class ChainWalk {
  /** What the next head is the digest of: `0x01 ‖ head ‖ leaf`. */
  private readonly link = Buffer.concat([HEAD_MARK, EMPTY_HEAD, EMPTY_HEAD]);
  private size = 0;

  /** @returns what is wrong with this entry, or undefined. Entries come in order of `seq`. */
  step(entry: ChainEntry): Verdict | undefined {
    const expected = this.size + 1;
    if (entry.seq !== expected)
      return { kind: 'truncated', seq: expected, what: `entry ${expected} is missing` };
    if (!isDigest(entry.leaf, marked(entry.body)))
      return { kind: 'altered', seq: expected, what: 'the body is not what was hashed' };
    this.link.set(entry.leaf, LEAF_AT);
    if (!isDigest(entry.head, this.link))
      return { kind: 'altered', seq: expected, what: 'the chain does not lead to this entry' };
    this.link.set(entry.head, HEAD_AT);
    this.size = expected;
    return undefined;
  }

  /** @returns what is wrong between the last entry and the recorded head, or undefined. */
  end(recorded: { size: number; head: Buffer }): Verdict | undefined {
    if (recorded.size > this.size) {
      const seq = this.size + 1;
      return { kind: 'truncated', seq, what: `the ledger had ${recorded.size} entries` };
    }
    if (recorded.size < this.size || !recorded.head.equals(this.head))
      return { kind: 'altered', seq: this.size, what: 'the recorded head is another one' };
    return undefined;
  }

  get length(): number {
    return this.size;
  }

  /** The head after the last entry; its bytes change with the next step. */
  get head(): Buffer {
    return this.link.subarray(HEAD_AT, LEAF_AT);
  }
}

/** A body behind the byte that marks a leaf, in memory that the next one is written over. */
function marked(body: Buffer): Buffer {
  if (scratch.length <= body.length) scratch = Buffer.alloc(2 * body.length + 1);
  body.copy(scratch, 1);
  return scratch.subarray(0, body.length + 1);
}
let scratch = Buffer.alloc(4_096);

/** As text: to make a buffer of each digest takes longer than to compute it. */
const isDigest = (digest: Buffer, bytes: Buffer): boolean =>
  hash('sha256', bytes, 'binary') === digest.toString('binary');

function sha256(...parts: Buffer[]): Buffer {
  return Buffer.from(hash('sha256', Buffer.concat(parts), 'binary'), 'binary');
}
