import type { Cell } from './cell.js';
import type { Column } from './column.js';
import type { ExportRow } from './export-row.js';
import type { Writer } from './table.js';

/** A row as JSON has it: `codes` as a list, moments in RFC 3339, null where nothing is known. */
export const recordOf = (columns: readonly Column[], row: ExportRow): object =>
  Object.fromEntries(columns.map((column) => [column.name, jsonValue(column, column.value(row))]));

function jsonValue({ type }: Column, cell: Cell): unknown {
  if (type !== 'codes') return cell;
  return typeof cell === 'string' && cell !== '' ? cell.split(';') : [];
}

/** One JSON object a line. */
export const writeNdjson: Writer = async function* ({ columns, rows }) {
  for await (const batch of rows)
    yield Buffer.from(batch.map((row) => `${JSON.stringify(recordOf(columns, row))}\n`).join(''));
};
