/** One row of a delimited text file; good until the next one is taken. */
export interface TableRow {
  /** Where it starts, from 1. */
  line: number;
  cells: readonly string[];
  /** Known to be printable ASCII, all of it. */
  plain: boolean;
}

/** Longer lines are no rows of any file we know; a quote that is never closed makes such a one. */
export const MAX_ROW = 64 * 1024;
