/** Beginnings of files that people take for pictures and documents, and what to do with each. */
const BEGINNINGS: readonly [hex: string, what: string][] = [
  ['504b0304', 'a ZIP archive, as Word documents are too: print it to PDF, or send what is in it'],
  ['504b0506', 'an empty ZIP archive'],
  ['1f8b', 'a gzip archive: send what is in it'],
  ['377abcaf271c', 'a 7z archive: send what is in it'],
  ['52617221', 'a RAR archive: send what is in it'],
  ['474946383', 'a GIF: save it as PNG'],
  ['49492a00', 'a TIFF, or a raw photo: save it as JPEG'],
  ['4d4d002a', 'a TIFF, or a raw photo: save it as JPEG'],
  ['424d', 'a BMP: save it as PNG'],
  ['4d5a', 'a program'],
  ['7f454c46', 'a program'],
  ['2321', 'a program'],
  ['25215053', 'PostScript: print it to PDF'],
  ['7b5c727466', 'a rich text document: print it to PDF'],
  ['d0cf11e0', 'an Office document: print it to PDF'],
];
const MARKUP = /<(script|html|head|body|iframe|svg|!doctype|\?php|\?xml|!entity)/i;
/** Whoever guesses a type looks no further. */
const GUESSED_WITHIN = 1_024;
const EOCD = Buffer.from('504b0506', 'hex');
const EOCD_BYTES = 22;
const CENTRAL = 0x02014b50;

/** What a file is that is none of those taken, as far as its beginning tells. */
export function whatItIs(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 8);
  const known = BEGINNINGS.find(([beginning]) => hex.startsWith(beginning));
  if (known) return known[1];
  const brand = bytes.toString('latin1', 4, 8) === 'ftyp' && bytes.toString('latin1', 8, 12);
  if (brand === 'avif' || brand === 'avis') return 'an AVIF: save it as JPEG';
  if (brand) return 'a film or a sound: only pictures and documents are taken';
  if (MARKUP.test(beginning(bytes))) return 'markup (HTML, SVG or XML): print it to PDF';
  return 'something else';
}

/** What a file is beside the picture or document that it also is; undefined: nothing known. */
export function secondNature(bytes: Buffer, type: string): string | undefined {
  const start = beginning(bytes);
  if (MARKUP.test(start)) return 'markup';
  if (type !== 'PDF' && start.includes('%PDF-')) return 'a PDF';
  return isArchive(bytes) ? 'a ZIP archive' : undefined;
}

const beginning = (bytes: Buffer) => bytes.toString('latin1', 0, GUESSED_WITHIN);

/** An archive is read from its end: a record that points at a list of what is in it. */
function isArchive(bytes: Buffer): boolean {
  const from = Math.max(0, bytes.length - EOCD_BYTES - 0xffff);
  for (let at = bytes.lastIndexOf(EOCD); at >= from; at = bytes.lastIndexOf(EOCD, at - 1)) {
    if (at + EOCD_BYTES > bytes.length) continue;
    const list = at - bytes.readUInt32LE(at + 12);
    if (list >= 0 && list < at && bytes.readUInt32LE(list) === CENTRAL) return true;
    if (at === 0) break;
  }
  return false;
}
