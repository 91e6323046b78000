import { MAX_ROW, type TableRow } from './table-row.js';

const PIPE = 0x7c;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;
const TILDE = 0x7e;

/**
 * Cuts lines at "|", where nothing is quoted. It goes through the bytes once, and makes strings of
 * those cells only that somebody reads.
 */
export class PipedLines {
  #line = 0;
  #rest: Buffer = Buffer.alloc(0);
  readonly #wanted: readonly boolean[];
  readonly #row = { line: 0, cells: [] as string[], plain: true };

  /** @param columns those that are read, from 0; in a plain row the cells of others are '' */
  constructor(columns: readonly number[]) {
    // The first tells a blank line.
    const wanted = [0, ...columns];
    this.#wanted = Array.from({ length: Math.max(...wanted) + 1 }, (_, at) => wanted.includes(at));
  }

  /** The rows that end in these bytes. */
  take(more: Buffer): Generator<TableRow> {
    const bytes = Buffer.concat([this.#rest, more]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    this.#rest = bytes.subarray(end);
    // Already too long to be a row: it need not be kept whole to be refused.
    if (this.#rest.length > 2 * MAX_ROW) this.#rest = this.#rest.subarray(0, MAX_ROW);
    return this.#rows(bytes.subarray(0, end));
  }

  /** The row that no line feed ends. */
  end(): Generator<TableRow> {
    return this.#rows(Buffer.concat([this.#rest, Buffer.of(LINE_FEED)]));
  }

  /** @param bytes whole lines, the last line feed included */
  *#rows(bytes: Buffer): Generator<TableRow> {
    const row = this.#row;
    const text = bytes.toString('latin1');
    for (let start = 0; start < bytes.length;) {
      row.line = this.#line += 1;
      let end = this.#cut(bytes, text, start);
      row.plain = end >= 0;
      if (end < 0) {
        end = bytes.indexOf(LINE_FEED, start);
        row.cells = cellsOf(bytes.toString('utf8', start, end), row.line);
      }
      start = end + 1;
      if (row.cells.length > 1 || row.cells[0]!.trim() !== '') yield row;
    }
  }

  /**
   * Cuts the line that begins at `start`, if all of it is printable ASCII.
   * @param text the bytes, one character each
   * @returns where its line feed is; -1 when another byte is met, and the cells are no good
   */
  #cut(bytes: Buffer, text: string, start: number): number {
    const { cells } = this.#row;
    const wanted = this.#wanted;
    let column = 0;
    let from = start;
    for (let at = start; ; at++) {
      const byte = bytes[at]!;
      if (byte > PIPE ? byte <= TILDE : byte < PIPE && byte >= BLANK) continue;
      if (byte !== PIPE && byte !== LINE_FEED && (byte !== RETURN || bytes[at + 1] !== LINE_FEED))
        return -1;
      if (wanted[column] !== true) cells[column] = '';
      else if (!isAt(bytes, from, at, cells[column])) {
        cells[column] = trimmed(bytes, text, from, at);
      }
      column += 1;
      from = at + 1;
      if (byte === PIPE) continue;
      cells.length = column;
      return byte === RETURN ? from : at;
    }
  }
}

/** Whether a cell says what the one above it says, which is then kept: its hash is known. */
function isAt(bytes: Buffer, from: number, to: number, above: string | undefined): boolean {
  if (above?.length !== to - from) return false;
  for (let at = from; at < to; at++) if (above.charCodeAt(at - from) !== bytes[at]) return false;
  return true;
}

function trimmed(bytes: Buffer, text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && bytes[start] === BLANK) start++;
  while (end > start && bytes[end - 1] === BLANK) end--;
  return text.slice(start, end);
}

/** Without the byte order mark of the first line and the CR of a CRLF. */
function cellsOf(line: string, number: number): string[] {
  const start = number === 1 && line.startsWith('\ufeff') ? 1 : 0;
  return line.slice(start, line.endsWith('\r') ? -1 : undefined).split('|');
}
