import type { Checkpoint } from './checkpoint.js';
import { ChainWalk, type ChainEntry, type Verdict } from './chain.js';
import { ERASING_KINDS, erasedEntries } from './erasure.js';
import { GrowingTree } from './merkle.js';

/** An entry with the columns by which it is found, which say again what its body says. */
export interface LedgerRow extends ChainEntry {
  kind: string;
  subject: string;
  /** In ms since 1970. */
  recordedAt: number;
}

/** In canonical JSON no blank stands around it; what holds no such bytes names no commitment. */
const COMMITMENT = Buffer.from('"commitment":');
const AT = Buffer.from('","at":"');
const INSTANT_LENGTH = '2026-11-26T08:00:00.000Z'.length;

/** Walks the whole ledger, row by row, and keeps what can only be judged at the end. */
export class LedgerWalk {
  private readonly chain = new ChainWalk();
  private readonly tree = new GrowingTree();
  /** The smallest last. */
  private readonly anchors: Checkpoint[];
  private readonly missing: number[] = [];
  private readonly erased = new Set<number>();

  /** @param anchors what outsiders vouch for; their signatures were checked */
  constructor(anchors: readonly Checkpoint[] = []) {
    this.anchors = anchors.toSorted((one, other) => other.size - one.size);
  }

  /** @returns what is wrong before the first entry, or undefined. */
  begin(): Verdict | undefined {
    return this.meetAnchors();
  }

  /** @returns the commitment that this entry names, in hex, null when none, or what is wrong. */
  step(row: LedgerRow): string | null | Verdict {
    const wrong = this.chain.step(row);
    if (wrong) return wrong;
    if (!saysTheSame(row))
      return { kind: 'altered', seq: row.seq, what: 'its columns do not say what was hashed' };
    if (this.anchors.length > 0) this.tree.add(row.leaf);
    const forked = this.meetAnchors();
    if (forked) return forked;
    if (ERASING_KINDS.has(row.kind))
      for (const entry of erasedEntries(row.body)) this.erased.add(entry);
    return row.body.includes(COMMITMENT) ? commitmentIn(row.body) : null;
  }

  /** The value that this entry vouches for is not there. */
  misses(seq: number): void {
    this.missing.push(seq);
  }

  /** @returns what the whole is. */
  end(recorded: { size: number; head: Buffer }): Verdict {
    const size = this.chain.length;
    const wrong = this.chain.end(recorded);
    if (wrong) return wrong;
    const beyond = this.anchors[0];
    if (beyond) {
      const what = `a checkpoint vouches for ${beyond.size} entries`;
      return { kind: 'truncated', seq: size + 1, what };
    }
    if (this.missing.length === 0) return { kind: 'ok', size };
    const unaccounted = this.missing.filter((seq) => !this.erased.has(seq)).length;
    return { kind: 'redacted', size, redactions: this.missing.length, unaccounted };
  }

  get length(): number {
    return this.chain.length;
  }

  private meetAnchors(): Verdict | undefined {
    const seq = this.chain.length;
    for (let next = this.anchors.at(-1); next?.size === seq; next = this.anchors.at(-1)) {
      if (!next.head.equals(this.chain.head) || !next.root.equals(this.tree.root()))
        return { kind: 'forked', seq, what: 'the ledger up to here is not the one signed for' };
      this.anchors.pop();
    }
    return undefined;
  }
}

/** Whether the columns say what the body says. Most do in so many words, at its two ends. */
function saysTheSame(row: LedgerRow): boolean {
  const { body, kind, subject } = row;
  const end = `,"kind":"${kind}","subject":"${subject}"}`;
  const at = body.indexOf(AT) + AT.length;
  const instant = body.toString('latin1', at, at + INSTANT_LENGTH);
  if (
    body.toString('latin1', Math.max(0, body.length - end.length)) === end &&
    Date.parse(instant) === row.recordedAt
  )
    return true;
  return saysTheSameSomehow(row);
}

function saysTheSameSomehow({ body, kind, subject, recordedAt }: LedgerRow): boolean {
  const said = parsed(body);
  return (
    said?.kind === kind && said.subject === subject && Date.parse(String(said.at)) === recordedAt
  );
}

function commitmentIn(body: Buffer): string | null {
  const commitment = parsed(body)?.commitment;
  return commitment === undefined ? null : String(commitment);
}

function parsed(body: Buffer): Record<string, unknown> | undefined {
  try {
    return (JSON.parse(body.toString()) ?? undefined) as Record<string, unknown> | undefined;
  } catch {
    return undefined;
  }
}
