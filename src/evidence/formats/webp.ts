import type { Size } from '../file-types.js';
import { badFile, brokenOff, largest, notWhole } from './bad-file.js';

const KIND = 'WebP';
const HEADER_BYTES = 12;

/**
 * Walks every chunk (RFC 9649).
 * @throws BadInput where it is cut short, holds no picture, too large a one, or something behind it.
 */
export function readWebp(bytes: Buffer): Size {
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) throw brokenOff(KIND);
  if (end + (end % 2) < bytes.length)
    throw badFile('holds something else behind the end of the picture: save it anew');
  const sizes: Size[] = [];
  let hasPicture = false;
  for (let at = HEADER_BYTES; at < end;) {
    if (at + 8 > end) throw brokenOff(KIND);
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (at + 8 + length > end) throw brokenOff(KIND);
    const size = sizeIn(name, data);
    if (size) sizes.push(size);
    hasPicture ||= ['VP8 ', 'VP8L', 'ANMF'].includes(name);
    at += 8 + length + (length % 2);
  }
  if (!hasPicture) throw notWhole(KIND, 'it has no picture');
  return largest(sizes, KIND);
}

function sizeIn(name: string, data: Buffer): Size | undefined {
  switch (name) {
    case 'VP8X':
      atLeast(data, 10);
      return { width: 1 + data.readUIntLE(4, 3), height: 1 + data.readUIntLE(7, 3) };
    case 'ANMF':
      atLeast(data, 16);
      return { width: 1 + data.readUIntLE(6, 3), height: 1 + data.readUIntLE(9, 3) };
    case 'VP8 ':
      atLeast(data, 10);
      if (data.readUIntBE(3, 3) !== 0x9d012a) throw notWhole(KIND, 'its picture has no start');
      return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
    case 'VP8L': {
      atLeast(data, 5);
      if (data[0] !== 0x2f) throw notWhole(KIND, 'its picture has no start');
      const bits = data.readUInt32LE(1);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    default:
      return undefined;
  }
}

function atLeast(data: Buffer, bytes: number): void {
  if (data.length < bytes) throw brokenOff(KIND);
}
