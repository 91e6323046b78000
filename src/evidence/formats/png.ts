import { crc32 } from 'node:zlib';
import type { Size } from '../file-types.js';
import { badFile, brokenOff, largest, notWhole } from './bad-file.js';

const KIND = 'PNG';
const SIGNATURE_BYTES = 8;
/** Length and name before the data, the checksum behind. */
const FRAME_BYTES = 12;

/**
 * Walks every chunk and checks its sum (ISO/IEC 15948).
 * @throws BadInput where it is cut short, damaged, too large, or something stands behind it.
 */
export function readPng(bytes: Buffer): Size {
  let size: Size | undefined;
  let hasData = false;
  for (let at = SIGNATURE_BYTES; ;) {
    if (at + FRAME_BYTES > bytes.length) throw brokenOff(KIND);
    const length = bytes.readUInt32BE(at);
    const end = at + FRAME_BYTES + length;
    if (end > bytes.length) throw brokenOff(KIND);
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4))
      throw notWhole(KIND, 'a checksum is wrong');
    if (at === SIGNATURE_BYTES) {
      if (name !== 'IHDR' || length !== 13) throw notWhole(KIND, 'it has no header');
      size = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) };
    }
    hasData ||= name === 'IDAT';
    at = end;
    if (name !== 'IEND') continue;
    if (at !== bytes.length)
      throw badFile('holds something else behind the end of the picture: save it anew');
    if (!hasData) throw notWhole(KIND, 'it has no picture');
    return largest(size ? [size] : [], KIND);
  }
}
