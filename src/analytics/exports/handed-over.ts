import { createHash } from 'node:crypto';

/** How much was handed over, and its SHA-256 as 64 hexadecimal digits. */
export interface HandedOver {
  bytes: number;
  sha256: string;
}

export interface Ends {
  /** Everything was read; the last bytes leave when this is done, and not at all if it fails. */
  whole(all: HandedOver): Promise<void>;
  /** It ended before: whoever took it went away, or reading failed. */
  broken(until: HandedOver): Promise<void>;
}

/**
 * Hands bytes on, and the last of them only when it is on record that all leave: whoever has the whole
 * of it has what the record vouches for. Exactly one of the ends is told.
 */
export async function* handedOver(
  source: AsyncIterable<Buffer>,
  ends: Ends,
): AsyncGenerator<Buffer, void, undefined> {
  const digest = createHash('sha256');
  let bytes = 0;
  let held: Buffer | undefined;
  let done = false;
  const count = (chunk: Buffer) => {
    digest.update(chunk);
    bytes += chunk.length;
  };
  const soFar = () => ({ bytes, sha256: digest.copy().digest('hex') });
  try {
    for await (const chunk of source) {
      if (chunk.length === 0) continue;
      if (held) {
        count(held);
        yield held;
      }
      held = chunk;
    }
    if (held) count(held);
    await ends.whole(soFar());
    done = true;
    if (held) yield held;
  } finally {
    if (!done) await ends.broken(soFar());
  }
}
