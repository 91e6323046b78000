import { badFile, brokenOff } from './bad-file.js';

/** The end of file may be followed by line ends, and by the zeros of some scanners. */
const END_WITHIN = 1_024;
const ACTIVE_WORDS = [
  ...['JavaScript', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'RichMedia', 'SubmitForm'],
  ...['ImportData', 'Rendition', 'GoToE', 'GoToR', 'XFA'],
] as const;

/** What a reader of PDF may carry out or unpack, in the words of ISO 32000-2. */
export const ACTIVE_NAMES: ReadonlySet<string> = new Set([...ACTIVE_WORDS, 'JS', 'GoTo3DView']);

/** Long enough not to come about by chance in 15 MB of compressed data. */
const TELLING = ACTIVE_WORDS.filter((name) => name.length >= 6);
const TELLING_WORDS = new RegExp(`/(${TELLING.join('|')})(?![A-Za-z])`);

/**
 * Its two ends, and the words that stand in it in clear: also in parts that one reader leaves out and
 * another does not. What stands in compressed parts is for `pdf-work.ts`.
 * @throws BadInput
 */
export function readPdf(bytes: Buffer): void {
  const end = bytes.toString('latin1', Math.max(0, bytes.length - END_WITHIN));
  const marker = end.lastIndexOf('%%EOF');
  if (marker === -1) throw brokenOff('PDF');
  if (!/^[\0\s]*$/.test(end.slice(marker + 5)))
    throw badFile('holds something else behind the end of the document: print it to a new PDF');
  const named = activeWord(bytes);
  if (named) throw active(named);
}

/** The refusal of what could act by itself, or brings other files along. */
export const active = (name: string) =>
  badFile(
    `is a PDF that can act by itself or brings other files along (/${name}): print it to a new PDF, or photograph it, and send that`,
  );

/** Any character of a name may be written as `#` and two digits. */
export function activeWord(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  const plain = text.includes('#')
    ? text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : text;
  return TELLING_WORDS.exec(plain)?.[1];
}
