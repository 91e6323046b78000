import fc from 'fast-check';
import { PipedLines } from './piped-lines.js';
import type { TableRow } from './table-row.js';

const COLUMNS = [0, 2];

/** What is read of the bytes, in pieces of so many. */
function rowsOf(bytes: Buffer, piece = bytes.length): TableRow[] {
  const lines = new PipedLines(COLUMNS);
  const rows: TableRow[] = [];
  const keep = (row: TableRow) => rows.push({ ...row, cells: [...row.cells] });
  for (let at = 0; at < bytes.length; at += piece)
    for (const row of lines.take(bytes.subarray(at, at + piece))) keep(row);
  for (const row of lines.end()) keep(row);
  return rows;
}

/** The same by splitting the whole text. */
function expected(text: string) {
  return text.split('\n').flatMap((line, index) => {
    const cells = line.replace(/\r$/, '').split('|');
    return line.trim() === '' ? [] : [{ line: index + 1, cells: cells.map((cell) => cell.trim()) }];
  });
}

describe('lines cut at "|"', () => {
  it('are what splitting makes of them, wherever the pieces of the file end', () => {
    const cell = fc.constantFrom('', ' ', 'A', 'A', ' A', 'BC ', '12', 'PEÑA', '💚', '\t', 'x\ry');
    const line = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => cells.join('|'));
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\n', '\r\n')).map((parts) => parts.join('')))
      .map((lines) => lines.join(''));
    fc.assert(
      fc.property(text, line, fc.integer({ min: 1, max: 9 }), (lines, last, piece) => {
        const whole = lines + last;
        const rows = rowsOf(Buffer.from(whole), piece);
        expect(rows.map(({ line: number, cells }) => [number, cells.length])).toEqual(
          expected(whole).map(({ line: number, cells }) => [number, cells.length]),
        );
        const read = (cells: readonly string[]) => COLUMNS.map((column) => cells[column]?.trim());
        expect(rows.map(({ cells }) => read(cells))).toEqual(
          expected(whole).map(({ cells }) => read(cells)),
        );
        for (const { plain, cells } of rows) if (plain) expect(cells.join('')).toMatch(/^[ -~]*$/);
      }),
    );
  });

  it('may begin with a byte order mark, and hold bytes that are no UTF-8', () => {
    const [first, second] = rowsOf(
      Buffer.concat([Buffer.from('\ufeffA|B|C\r\nA|B|'), Buffer.of(0xff)]),
    );
    expect(first).toMatchObject({ cells: ['A', 'B', 'C'], plain: false });
    expect(second!.cells[2]).toBe('\ufffd');
  });

  it('are not kept whole when they are too long to be a row', () => {
    const [row, next] = rowsOf(Buffer.from(`${'x'.repeat(400_000)}\nA|B|C`), 50_000);
    expect(row!.cells[0]!.length).toBeLessThan(200_000);
    expect(next).toMatchObject({ line: 2, cells: ['A', '', 'C'] });
  });
});
