/** One row of a delimited text file; good until the next one is taken. */
export interface TableRow {
  /** Where it starts, from 1. */
  line: number;
  cells: readonly string[];
  /** Known to be printable ASCII, all of it. */
  plain: boolean;
  /** The same cells where they stand in the file, of a plain row whose file allows it. */
  places?: CellPlaces | undefined;
}

/** Where the cells of a row are, the blanks around them left out. */
export interface CellPlaces {
  bytes: Buffer;
  count: number;
  /** By column, of those that are read: where it begins, and where it has ended. */
  from: Int32Array;
  to: Int32Array;
}

/** Longer lines are no rows of any file we know; a quote that is never closed makes such a one. */
export const MAX_ROW = 64 * 1024;
