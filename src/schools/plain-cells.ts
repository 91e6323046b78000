const [BLANK, MINUS, POINT, ZERO, NINE, BACKSLASH] = [0x20, 0x2d, 0x2e, 0x30, 0x39, 0x5c];
const [UPPER_A, UPPER_Z] = [0x41, 0x5a];
/** The small letter and the capital differ in this bit. */
const SMALL = 0x20;
const NOT = Buffer.from('not ');

const isDigit = (byte: number) => byte >= ZERO && byte <= NINE;

/** @returns -1 when these bytes are not so many digits */
export function digitsAt(bytes: Buffer, from: number, to: number, digits: number): number {
  if (to - from !== digits) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    if (!isDigit(bytes[at]!)) return -1;
    value = value * 10 + bytes[at]! - ZERO;
  }
  return value;
}

/**
 * Whether a text is to be spelled as it stands: it has no runs of blanks, nothing that COPY would take
 * for something else, and is not how a source says that it does not know ("Not available", -999).
 */
export function isUsualText(bytes: Buffer, from: number, to: number): boolean {
  if (bytes[from] === MINUS || beginsWithNot(bytes, from)) return false;
  for (let at = from; at < to; at++)
    if (bytes[at] === BACKSLASH || (bytes[at] === BLANK && bytes[at + 1] === BLANK)) return false;
  return true;
}

function beginsWithNot(bytes: Buffer, from: number): boolean {
  for (let at = 0; at < NOT.length; at++) if ((bytes[from + at]! | SMALL) !== NOT[at]) return false;
  return true;
}

/** Two capitals. */
export const isStateCode = (bytes: Buffer, from: number, to: number) =>
  to - from === 2 && isCapital(bytes[from]!) && isCapital(bytes[from + 1]!);

const isCapital = (byte: number) => byte >= UPPER_A && byte <= UPPER_Z;

/**
 * The whole degrees of a decimal number such as -81.467923, without the sign.
 * @returns -1 when it is not written like that, with up to three digits and twelve decimals
 */
export function wholeDegreesAt(bytes: Buffer, from: number, to: number): number {
  const start = bytes[from] === MINUS ? from + 1 : from;
  let point = start;
  while (point < to && isDigit(bytes[point]!)) point++;
  const decimals = to - point - 1;
  if (point - start > 3 || bytes[point] !== POINT || decimals < 1 || decimals > 12) return -1;
  for (let at = point + 1; at < to; at++) if (!isDigit(bytes[at]!)) return -1;
  return digitsAt(bytes, start, point, Math.max(1, point - start));
}
