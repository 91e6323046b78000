import type { Cell } from './cell.js';
import type { ExportRow } from './export-row.js';

/** What a column holds: `codes` are joined by `;`, `moment` is UTC, `degrees` are WGS 84. */
export type ColumnType =
  'text' | 'code' | 'codes' | 'count' | 'minutes' | 'moment' | 'day' | 'degrees' | 'yes-no';

/** Who sees a column: whoever exports, admins alone, or whoever was released the identities. */
export type Reserve = 'ALL' | 'ADMIN' | 'RELEASED';

export interface Column {
  name: string;
  type: ColumnType;
  about: string;
  /** The codes that may stand in it. */
  codes?: readonly string[];
  /** Where the value comes from. */
  source: string;
  /** Tag of the Humanitarian Exchange Language 1.1. */
  hxl: string;
  reserve: Reserve;
  value(row: ExportRow): Cell;
}
