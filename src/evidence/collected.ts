import type { Readable } from 'node:stream';

/** All of a stream, and of one that goes on for longer nothing. */
export async function collected(
  stream: Readable,
  most: number,
  tooMuch: () => Error,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw tooMuch();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
