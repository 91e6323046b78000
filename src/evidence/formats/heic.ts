import type { Size } from '../file-types.js';
import { brokenOff, largest, notWhole } from './bad-file.js';

const KIND = 'HEIC';

/** HEVC pictures, and sequences of them (ISO/IEC 23008-12). */
const HEVC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);

/** A box of the ISO base media file format (ISO/IEC 14496-12). */
interface Box {
  type: string;
  data: Buffer;
}

/** Whether a file that begins with `ftyp` says that it holds HEVC pictures. */
export function isHeic(bytes: Buffer): boolean {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length);
  return [bytes.subarray(8, 12), bytes.subarray(16, end)].some((brands) => {
    for (let at = 0; at + 4 <= brands.length; at += 4)
      if (HEVC_BRANDS.has(brands.toString('latin1', at, at + 4))) return true;
    return false;
  });
}

/**
 * Walks the boxes to the last byte; the size is the largest of any picture or tile within.
 * @throws BadInput where it is cut short, holds no picture, or too large a one.
 */
export function readHeic(bytes: Buffer): Size {
  const meta = inside(boxes(bytes), 'meta');
  const properties = boxes(inside(boxes(inside(boxes(meta.subarray(4)), 'iprp')), 'ipco'));
  const sizes = properties.filter(({ type }) => type === 'ispe').map(({ data }) => extent(data));
  return largest(sizes, KIND);
}

function extent(data: Buffer): Size {
  if (data.length < 12) throw brokenOff(KIND);
  return { width: data.readUInt32BE(4), height: data.readUInt32BE(8) };
}

function inside(all: readonly Box[], type: string): Buffer {
  const found = all.find((box) => box.type === type);
  if (!found) throw notWhole(KIND, `its ${type} is missing`);
  return found.data;
}

function boxes(bytes: Buffer): Box[] {
  const all: Box[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw brokenOff(KIND);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const { header, length } = lengthOf(bytes, at);
    if (length < header) throw notWhole(KIND, 'a box has no length');
    if (at + length > bytes.length) throw brokenOff(KIND);
    all.push({ type, data: bytes.subarray(at + header, at + length) });
    at += length;
  }
  return all;
}

/** 1 says that a longer number follows, 0 that it goes to the end. */
function lengthOf(bytes: Buffer, at: number): { header: number; length: number } {
  const length = bytes.readUInt32BE(at);
  if (length === 0) return { header: 8, length: bytes.length - at };
  if (length !== 1) return { header: 8, length };
  if (at + 16 > bytes.length) throw brokenOff(KIND);
  return { header: 16, length: Number(bytes.readBigUInt64BE(at + 8)) };
}
