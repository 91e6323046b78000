import { MAX_ROW, type CellPlaces, type TableRow } from './table-row.js';

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
  readonly #row: PipedRow;

  /** @param columns those that are read, from 0; in a plain row the cells of others are '' */
  constructor(columns: readonly number[]) {
    // The first tells a blank line.
    const wanted = [0, ...columns];
    this.#wanted = Array.from({ length: Math.max(...wanted) + 1 }, (_, at) => wanted.includes(at));
    this.#row = new PipedRow(this.#wanted);
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
    for (let start = 0; start < bytes.length;) {
      const line = (this.#line += 1);
      let end = this.#cut(bytes, start);
      if (end >= 0) row.isPlain(line, bytes);
      else {
        end = bytes.indexOf(LINE_FEED, start);
        row.isText(line, bytes.toString('utf8', start, end));
      }
      start = end + 1;
      if (!row.isBlank) yield row;
    }
  }

  /**
   * Finds the cells of the line that begins at `start`, if all of it is printable ASCII.
   * @returns where its line feed is; -1 when another byte is met, and the places are no good
   */
  #cut(bytes: Buffer, start: number): number {
    const { from, to } = this.#row.cut;
    const wanted = this.#wanted;
    let column = 0;
    let cell = start;
    for (let at = start; ; at++) {
      const byte = bytes[at]!;
      if (byte > PIPE ? byte <= TILDE : byte < PIPE && byte >= BLANK) continue;
      if (byte !== PIPE && byte !== LINE_FEED && (byte !== RETURN || bytes[at + 1] !== LINE_FEED))
        return -1;
      if (wanted[column] === true) {
        let end = at;
        while (cell < end && bytes[cell] === BLANK) cell++;
        while (end > cell && bytes[end - 1] === BLANK) end--;
        from[column] = cell;
        to[column] = end;
      }
      column += 1;
      cell = at + 1;
      if (byte === PIPE) continue;
      this.#row.cut.count = column;
      return byte === RETURN ? cell : at;
    }
  }
}

/** Its cells become strings when somebody asks for them. */
class PipedRow implements TableRow {
  line = 0;
  plain = true;
  /** Of the last line that was plain. */
  readonly cut: CellPlaces;
  readonly #wanted: readonly boolean[];
  #cells: string[] = [];
  #made = true;

  constructor(wanted: readonly boolean[]) {
    this.#wanted = wanted;
    const from = new Int32Array(wanted.length);
    this.cut = { bytes: Buffer.alloc(0), count: 0, from, to: new Int32Array(wanted.length) };
  }

  isPlain(line: number, bytes: Buffer): void {
    this.line = line;
    this.plain = true;
    this.cut.bytes = bytes;
    this.#made = false;
  }

  isText(line: number, text: string): void {
    this.line = line;
    this.plain = false;
    this.#cells = cellsOf(text, line);
    this.#made = true;
  }

  get isBlank(): boolean {
    if (!this.plain) return this.#cells.length === 1 && this.#cells[0]!.trim() === '';
    return this.cut.count === 1 && this.cut.from[0] === this.cut.to[0];
  }

  get places(): CellPlaces | undefined {
    return this.plain ? this.cut : undefined;
  }

  get cells(): readonly string[] {
    if (!this.#made) this.#make();
    return this.#cells;
  }

  #make(): void {
    const { bytes, count, from, to } = this.cut;
    const cells = this.#cells;
    for (let column = 0; column < count; column++) {
      if (this.#wanted[column] !== true) cells[column] = '';
      else if (!isAt(bytes, from[column]!, to[column]!, cells[column]))
        cells[column] = bytes.toString('latin1', from[column], to[column]);
    }
    cells.length = count;
    this.#made = true;
  }
}

/** Whether a cell says what the one above it says, which is then kept: its hash is known. */
function isAt(bytes: Buffer, from: number, to: number, above: string | undefined): boolean {
  if (above?.length !== to - from) return false;
  for (let at = from; at < to; at++) if (above.charCodeAt(at - from) !== bytes[at]) return false;
  return true;
}

/** Without the byte order mark of the first line and the CR of a CRLF. */
function cellsOf(line: string, number: number): string[] {
  const start = number === 1 && line.startsWith('\ufeff') ? 1 : 0;
  return line.slice(start, line.endsWith('\r') ? -1 : undefined).split('|');
}
