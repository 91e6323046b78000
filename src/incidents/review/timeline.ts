import { canonicalBytes, leafOf } from '../../ledger/chain.js';

/** One thing that happened to an incident, as the ledger has it. */
export interface TimelineEntry {
  /** Number of the entry in the ledger, from 1. */
  entry: number;
  kind: string;
  incidentId: string;
  at: Date;
  /** A member of staff, `clock`, or `import`. */
  actor: string;
  facts: { name: string; value: string }[];
  /** SHA-256 of 0x00 and the entry’s bytes, in hexadecimal digits. */
  leaf: string;
  /** The head of the chain behind it. */
  head: string;
  /** Whether the entry’s bytes still have that hash. */
  intact: boolean;
  /** Hash of what is kept apart, so that it can be expunged; null: nothing is. */
  commitment: string | null;
}

interface Kept {
  seq: number;
  kind: string;
  subject: string;
  body: Buffer;
  leaf: Buffer;
  head: Buffer;
}

interface Body {
  at: string;
  actor: string;
  facts: Record<string, unknown>;
  commitment?: string;
}

/** The bytes are what was hashed: whatever else stands in the row is not believed where they differ. */
export function timelineEntry({ seq, kind, subject, body, leaf, head }: Kept): TimelineEntry {
  const said = parsed(body);
  return {
    ...{ entry: seq, kind, incidentId: subject },
    at: new Date(said?.at ?? Number.NaN),
    actor: said?.actor ?? '',
    facts: Object.entries(said?.facts ?? {}).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [{ name, value: words(value) }],
    ),
    leaf: leaf.toString('hex'),
    head: head.toString('hex'),
    intact: said !== undefined && leafOf(body).equals(leaf),
    commitment: said?.commitment ?? null,
  };
}

/** Text as it is, all else as JSON. */
const words = (value: unknown): string =>
  typeof value === 'string' ? value : canonicalBytes({ value }).toString().slice(9, -1);

function parsed(body: Buffer): Body | undefined {
  try {
    return JSON.parse(body.toString()) as Body;
  } catch {
    return undefined;
  }
}
