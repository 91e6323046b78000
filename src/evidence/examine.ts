import { badFile } from './formats/bad-file.js';
import { isHeic, readHeic } from './formats/heic.js';
import { readJpeg } from './formats/jpeg.js';
import { readPdf } from './formats/pdf.js';
import { readPng } from './formats/png.js';
import { readWebp } from './formats/webp.js';
import { MAX_FILE_BYTES, type EvidenceType } from './file-types.js';
import { secondNature, whatItIs } from './impostors.js';

const MIB = 1024 * 1024;
export const tooLarge = () =>
  badFile(`is larger than ${MAX_FILE_BYTES / MIB} MB: send it smaller, or in parts`);

const READERS: Record<EvidenceType, (bytes: Buffer) => unknown> = {
  JPEG: readJpeg,
  PNG: readPng,
  WEBP: readWebp,
  HEIC: readHeic,
  PDF: readPdf,
};

/**
 * What a file is, by what it holds from its first byte to its last. Nothing is decoded.
 * @throws BadInput where it is none of the types taken, is broken off, would unpack to too much, or
 * is something else besides.
 */
export function examine(bytes: Buffer): EvidenceType {
  if (bytes.length === 0) throw badFile('is empty');
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge();
  const type = typeByBeginning(bytes);
  if (!type) throw badFile(`must be JPEG, PNG, HEIC, WebP or PDF; this is ${whatItIs(bytes)}`);
  const other = secondNature(bytes, type);
  if (other)
    throw badFile(
      `is ${type} and ${other} at once: save the picture or document anew, and send that`,
    );
  READERS[type](bytes);
  return type;
}

function typeByBeginning(bytes: Buffer): EvidenceType | undefined {
  const hex = bytes.toString('hex', 0, 16);
  if (hex.startsWith('ffd8ff')) return 'JPEG';
  if (hex.startsWith('89504e470d0a1a0a')) return 'PNG';
  const text = bytes.toString('latin1', 0, 16);
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'WEBP';
  if (/^%PDF-[12]\.\d/.test(text)) return 'PDF';
  if (bytes.length >= 16 && text.slice(4, 8) === 'ftyp' && isHeic(bytes)) return 'HEIC';
  return undefined;
}
