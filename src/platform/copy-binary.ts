/** Signature, flags and the length of an extension that no version writes. */
const HEADER_BYTES = 19;

/**
 * The rows of `COPY … TO STDOUT (FORMAT binary)`.
 * @param bytes the whole answer
 * @returns each row's columns as they are sent, in the same memory; an array that is used again for
 *   the next row
 */
export function* binaryRows(bytes: Buffer): Generator<readonly (Buffer | null)[]> {
  const columns: (Buffer | null)[] = [];
  let at = HEADER_BYTES;
  for (let count = bytes.readInt16BE(at); count >= 0; count = bytes.readInt16BE(at)) {
    at += 2;
    columns.length = count;
    for (let column = 0; column < count; column++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      columns[column] = length < 0 ? null : bytes.subarray(at, at + length);
      at += Math.max(0, length);
    }
    yield columns;
  }
}
