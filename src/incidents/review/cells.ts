import { cellAt, type Point } from '../../geo/h3.js';
import { FINEST_CELL } from './incident-filter.js';

const RESOLUTION_BITS = 52n;
const DIGITS = 15;
const DIGIT_BITS = 3n;
const LAST_CHILD = 6n;

/** The H3 cell of a place in the resolution that is kept, as the 64-bit number in decimal digits. */
export const cellNumber = (place: Point): string =>
  BigInt(`0x${cellAt(place, FINEST_CELL)}`).toString();

/**
 * The first and the last number among the descendants of a cell in the resolution that is kept, both
 * inclusive: in H3’s numbering a cell’s descendants follow one another.
 * @param cell valid, of that resolution or coarser.
 */
export function cellSpan(cell: string): [string, string] {
  const number = BigInt(`0x${cell}`);
  const resolution = (number >> RESOLUTION_BITS) & 0xfn;
  const kept = (number & ~(0xfn << RESOLUTION_BITS)) | (BigInt(FINEST_CELL) << RESOLUTION_BITS);
  const digits = (digit: bigint) => {
    let filled = kept;
    for (let level = resolution + 1n; level <= BigInt(FINEST_CELL); level++) {
      const at = BigInt(DIGITS - Number(level)) * DIGIT_BITS;
      filled = (filled & ~(7n << at)) | (digit << at);
    }
    return filled.toString();
  };
  return [digits(0n), digits(LAST_CHILD)];
}
