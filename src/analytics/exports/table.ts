import type { Column } from './column.js';
import type { ExportRow } from './export-row.js';

/** What a writer writes: rows as they are read, a batch at a time, so that none has to hold them all. */
export interface Table {
  columns: readonly Column[];
  rows: AsyncIterable<readonly ExportRow[]>;
  /** A second row of heads with the tags of the Humanitarian Exchange Language. */
  hxl: boolean;
  /** Whether any of the rows may be made up. */
  synthetic: boolean;
}

/** A batch of rows at a time as bytes; whoever stops reading early stops the reading of rows. */
export type Writer = (table: Table) => AsyncGenerator<Buffer, void, undefined>;
