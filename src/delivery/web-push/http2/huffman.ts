import { Http2Error } from './http2-error.js';

/** Bits of the code of each byte, and of EOS at last (RFC 7541 appendix B); the codes are canonical. */
// prettier-ignore
const CODE_LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];
const EOS = 256;
/** RFC 7541 §5.2: padding is shorter than a byte, and all ones. */
const MAX_PADDING_BITS = 7;

/** All symbols whose codes have one length: those from `first` on, in order. */
interface Codes {
  first: number;
  symbols: number[];
}

const BY_LENGTH = canonicalCodes();

function canonicalCodes(): Codes[] {
  const codes: Codes[] = [];
  let next = 0;
  for (let length = 0; length <= Math.max(...CODE_LENGTHS); length += 1) {
    const symbols = [...CODE_LENGTHS.keys()].filter((symbol) => CODE_LENGTHS[symbol] === length);
    codes.push({ first: next, symbols });
    next = (next + symbols.length) * 2;
  }
  return codes;
}

/** @returns one character per byte. @throws {Http2Error} (RFC 7541 §5.2) */
export function decodeHuffman(bytes: Uint8Array): string {
  let text = '';
  let code = 0;
  let length = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      code = (code << 1) | ((byte >> bit) & 1);
      length += 1;
      const { first, symbols } = BY_LENGTH[length]!;
      if (code - first >= symbols.length) continue;
      const symbol = symbols[code - first]!;
      if (symbol === EOS) throw new Http2Error('compressionError', 'a string holds EOS');
      text += String.fromCharCode(symbol);
      code = length = 0;
    }
  }
  const onlyOnes = code === 2 ** length - 1;
  if (length > MAX_PADDING_BITS || !onlyOnes)
    throw new Http2Error('compressionError', 'a string is not padded');
  return text;
}
