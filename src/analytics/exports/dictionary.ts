import type { Cell } from './cell.js';
import { COLUMNS } from './columns.js';
import type { Column, Reserve } from './column.js';
import { csvLine } from './csv.js';

const HEADS = ['column', 'type', 'meaning', 'codes', 'source', 'hxl_tag', 'who'] as const;

const WHO = {
  ALL: 'analysts and admins',
  ADMIN: 'admins',
  RELEASED: 'where an admin released who people are',
} as const satisfies Record<Reserve, string>;

const entry = ({ name, type, about, codes, source, hxl, reserve }: Column): Cell[] => [
  ...[name, type, about, codes?.join(';') ?? '', source, hxl, WHO[reserve]],
];

/** What each column means: a head row, then one row a column. */
export const dictionaryRows = (columns: readonly Column[]): Cell[][] => [
  [...HEADS],
  ...columns.map(entry),
];

/** The data dictionary of every column there is, as CSV. */
export const dictionaryCsv = (): string => dictionaryRows(COLUMNS).map(csvLine).join('');
