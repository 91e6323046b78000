import { headerColumns, plainText } from './school-layout.js';

/** Where the columns of a CSV are, by what they hold. */
export interface CsvLayout<Column extends string> {
  width: number;
  at: Record<Column, number>;
}

/** What is wrong in one column of a row, and what would be right. */
export interface CellProblem {
  /** Its name, or `row`. */
  column: string;
  message: string;
}

/** A file whose first line names certain columns, in any order, and whatever else. */
export interface CsvColumns<Column extends string> {
  /** What its rows are: `policies`. */
  what: string;
  /** Names, in capitals. */
  names: Readonly<Record<Column, string>>;
}

/** Recognizes a CSV by its header. */
export function detectColumns<Column extends string>(
  head: Uint8Array,
  { what, names }: CsvColumns<Column>,
): { layout: CsvLayout<Column> } | { problem: string } {
  const wanted = Object.values<string>(names);
  const rule = `A file of ${what} is a CSV whose first line names ${wanted.slice(0, -1).join(', ')} and ${wanted.at(-1)}`;
  const text = plainText(head, `${rule}.`);
  if ('problem' in text) return text;
  const columns = headerColumns(text.lines[0] ?? '', ',');
  const missing = wanted.filter((name) => !columns.includes(name));
  if (missing.length > 0) return { problem: `${rule}. Missing: ${missing.join(', ')}.` };
  const twice = wanted.filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name));
  if (twice.length > 0) return { problem: `${rule}. More than once: ${twice.join(', ')}.` };
  const at = Object.fromEntries(
    Object.entries<string>(names).map(([column, name]) => [column, columns.indexOf(name)]),
  ) as Record<Column, number>;
  return { layout: { width: columns.length, at } };
}

/** A row that has not as many cells as the header has names. */
export function widthProblem(
  cells: readonly string[],
  { width }: CsvLayout<string>,
): CellProblem | undefined {
  if (cells.length === width) return undefined;
  const message = `has ${cells.length} columns instead of ${width}: put a text that holds a comma between quotation marks`;
  return { column: 'row', message };
}
