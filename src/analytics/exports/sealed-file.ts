import { open, type FileHandle } from 'node:fs/promises';
import type { Keyring } from '../../platform/keyring.js';
import type { ByteRange } from './range.js';

/** Plain bytes of a segment; each is sealed by itself, so that any part can be read. */
const SEGMENT = 64 * 1024;
/** What sealing adds: 12 bytes of nonce before, 16 of tag behind. */
const SEAL = 28;

/** A file in which nobody reads without the keys. */
export interface SealedFile {
  path: string;
  /** What it is, so that no other can be put in its place. */
  name: string;
}

const placeOf = ({ name }: SealedFile, ordinal: number): string => `export/${name}/${ordinal}`;

/**
 * Writes a file that must not be there yet, readable by this user alone.
 * @returns which key sealed it.
 */
export async function writeSealed(
  file: SealedFile,
  bytes: AsyncIterable<Buffer>,
  keyring: Keyring,
): Promise<string> {
  const handle = await open(file.path, 'wx', 0o600);
  try {
    let ordinal = 0;
    let keyId = '';
    for await (const segment of segments(bytes)) {
      const sealed = keyring.seal(segment, placeOf(file, ordinal++));
      keyId = sealed.keyId;
      await handle.write(sealed.bytes);
    }
    await handle.sync();
    return keyId;
  } finally {
    await handle.close();
  }
}

/** Of equal length but for the last; one that is empty, when there are no bytes. */
async function* segments(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  let any = false;
  for await (const chunk of bytes) {
    parts.push(chunk);
    length += chunk.length;
    if (length < SEGMENT) continue;
    const all = Buffer.concat(parts, length);
    let at = 0;
    for (; length - at >= SEGMENT; at += SEGMENT) yield all.subarray(at, at + SEGMENT);
    any = true;
    parts = [all.subarray(at)];
    length -= at;
  }
  if (length > 0 || !any) yield Buffer.concat(parts, length);
}

/**
 * Part of a file, a segment at a time.
 * @param size of the whole in plain bytes.
 * @throws Error where the file, or a part of it, is not what was written.
 */
export async function* readSealed(
  file: SealedFile,
  { from, to }: ByteRange,
  size: number,
  { keyring, keyId }: { keyring: Keyring; keyId: string },
): AsyncGenerator<Buffer, void, undefined> {
  const handle = await open(file.path, 'r');
  try {
    for (let ordinal = Math.floor(from / SEGMENT); ordinal * SEGMENT <= to; ordinal++) {
      const start = ordinal * SEGMENT;
      const length = Math.min(SEGMENT, size - start) + SEAL;
      const bytes = await readAt(handle, ordinal * (SEGMENT + SEAL), length);
      const plain = keyring.open({ keyId, bytes }, placeOf(file, ordinal));
      yield plain.subarray(Math.max(0, from - start), to - start + 1);
    }
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new Error('the file is shorter than what was written');
  return buffer;
}
