import {
  DETAIL_FIELDS,
  DETAIL_NAMES,
  type DetailField,
  type DetailShape,
} from '../../incidents/advocacy/detail-fields.js';
import { CERTAINTIES, SOURCES, VOCABULARY } from '../../incidents/advocacy/vocabulary.js';
import type { Cell } from './cell.js';
import type { Column, ColumnType } from './column.js';
import type { ExportRow } from './export-row.js';

const RECORDED = 'recorded after the fact';

/** What counts people who were affected has a tag of its own. */
const AFFECTED: Partial<Record<DetailField, string>> = {
  studentsAffected: '#affected+students+band+code',
  anybodyDetained: '#affected+detained+code',
};

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function columnsOf(field: DetailField): Column[] {
  const shape: DetailShape = DETAIL_FIELDS[field];
  const name = snake(field);
  const attribute = `+${name}`;
  const common = { source: RECORDED, reserve: 'ALL' } as const;
  return [
    {
      ...{ ...common, name, type: typeOf(shape), about: shape.about },
      ...('of' in shape && { codes: VOCABULARY[shape.of].codes }),
      hxl: AFFECTED[field] ?? `#indicator${attribute}${shape.kind === 'count' ? '+num' : '+code'}`,
      value: (row) => valueOf(row, field),
    },
    {
      ...{ ...common, name: `${name}_source`, type: 'code', codes: SOURCES },
      ...{ about: `Where ${name} comes from.`, hxl: `#meta${attribute}+source` },
      value: ({ details }) => details[field]?.source ?? null,
    },
    {
      ...{ ...common, name: `${name}_certainty`, type: 'code', codes: CERTAINTIES },
      ...{ about: `How sure ${name} is.`, hxl: `#meta${attribute}+certainty` },
      value: ({ details }) => details[field]?.certainty ?? null,
    },
  ];
}

const TYPES = { code: 'code', codes: 'codes', count: 'count', moment: 'moment' } as const;
const typeOf = ({ kind }: DetailShape): ColumnType => TYPES[kind];

function valueOf({ details }: ExportRow, field: DetailField): Cell {
  const value = details[field]?.value;
  if (value === undefined) return null;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return value.join(';');
  return DETAIL_FIELDS[field].kind === 'moment' ? new Date(value) : value;
}

/** Three columns for each field that is recorded after the fact: value, source, certainty. */
export const DETAIL_COLUMNS: readonly Column[] = DETAIL_NAMES.flatMap(columnsOf);
