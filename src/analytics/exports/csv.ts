import { cellText, guarded, type Cell } from './cell.js';
import type { Writer } from './table.js';

const LINE_END = '\r\n';

/** One field of RFC 4180. Numbers and moments are written bare, text never as a formula. */
function field(cell: Cell): string {
  const text = typeof cell === 'string' ? guarded(cell) : cellText(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csvLine = (cells: readonly Cell[]): string => cells.map(field).join(',') + LINE_END;

/** CSV as in RFC 4180: UTF-8, CRLF, one head row. */
export const writeCsv: Writer = async function* ({ columns, rows, hxl }) {
  const heads = csvLine(columns.map(({ name }) => name));
  // Tags begin with #, which no program takes for a formula.
  yield Buffer.from(hxl ? heads + csvLine(columns.map((column) => column.hxl)) : heads);
  for await (const batch of rows)
    yield Buffer.from(
      batch.map((row) => csvLine(columns.map((column) => column.value(row)))).join(''),
    );
};
