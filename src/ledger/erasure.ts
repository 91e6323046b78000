/** Entries that say that values were destroyed, and of which entries: {@link ErasureFacts}. */
export const REDACTED = 'ledger.redacted';
export const EXPUNGED = 'ledger.expunged';
export const ERASING_KINDS: ReadonlySet<string> = new Set([REDACTED, EXPUNGED]);

export interface ErasureFacts {
  /** Sequences from the one up to the other, both included; in order. */
  entries: [number, number][];
}

/** The shortest ranges that hold these sequences. */
export function rangesOf(sequences: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const seq of sequences.toSorted((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last && seq <= last[1] + 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}

/** More than one entry can tell of is no honest range. */
const MOST = 100_000;

/** The sequences whose values an entry says were destroyed; none when it says so in no such form. */
export function* erasedEntries(body: Buffer): Generator<number> {
  for (const range of rangesIn(body)) {
    const [first, last] = Array.isArray(range) ? (range as unknown[]) : [];
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) continue;
    const end = Math.min(last as number, (first as number) + MOST);
    for (let seq = first as number; seq <= end; seq++) yield seq;
  }
}

function rangesIn(body: Buffer): unknown[] {
  try {
    const { facts } = JSON.parse(body.toString()) as { facts?: Partial<ErasureFacts> };
    return Array.isArray(facts?.entries) ? facts.entries : [];
  } catch {
    return [];
  }
}
