import type { Size } from '../file-types.js';
import { badFile, brokenOff, largest, notWhole } from './bad-file.js';

const KIND = 'JPEG';
const EOI = 0xd9;
const SOS = 0xda;

/** Start of a frame, of whatever coding; C4, C8 and CC are tables. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Without a length. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/**
 * Walks every segment from the first byte to the last (ITU-T T.81).
 * @throws BadInput where it is cut short, holds no picture, too large a one, or something unknown behind it.
 */
export function readJpeg(bytes: Buffer): Size {
  const sizes: Size[] = [];
  let at = 2;
  for (;;) {
    const { marker, next } = markerAt(bytes, at);
    at = next;
    if (marker === EOI) break;
    if (isBare(marker)) continue;
    if (at + 2 > bytes.length) throw brokenOff(KIND);
    const length = bytes.readUInt16BE(at);
    if (length < 2) throw notWhole(KIND, 'a segment has no length');
    if (at + length > bytes.length) throw brokenOff(KIND);
    if (isFrame(marker)) sizes.push(frameSize(bytes, at, length));
    at += length;
    if (marker === SOS) at = endOfScan(bytes, at);
  }
  if (!isKnownTail(bytes.subarray(at)))
    throw badFile('holds something else behind the end of the picture: save it anew and send that');
  return largest(sizes, KIND);
}

function markerAt(bytes: Buffer, start: number): { marker: number; next: number } {
  let at = start;
  if (at < bytes.length && bytes[at] !== 0xff) throw notWhole(KIND, 'a marker is missing');
  while (bytes[at] === 0xff) at += 1;
  const marker = bytes[at];
  if (marker === undefined) throw brokenOff(KIND);
  return { marker, next: at + 1 };
}

function frameSize(bytes: Buffer, at: number, length: number): Size {
  if (length < 8) throw notWhole(KIND, 'a frame has no size');
  return { height: bytes.readUInt16BE(at + 3), width: bytes.readUInt16BE(at + 5) };
}

/** Coded data ends at a marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const after = bytes[at + 1];
    if (after === undefined) break;
    if (after !== 0 && after !== 0xff && !(after >= 0xd0 && after <= 0xd7)) return at;
  }
  throw brokenOff(KIND);
}

/**
 * What telephones append: a second picture (depth, brightness), a short film, Samsung's trailer,
 * padding. The original keeps it; no copy has it.
 */
function isKnownTail(tail: Buffer): boolean {
  return (
    tail.every((byte) => byte === 0) ||
    (tail[0] === 0xff && tail[1] === 0xd8) ||
    tail.toString('latin1', 4, 8) === 'ftyp' ||
    tail.toString('latin1', tail.length - 4) === 'SEFT'
  );
}
