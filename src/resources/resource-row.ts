import { calendarDay } from '../platform/calendar-day.js';
import {
  detectColumns,
  widthProblem,
  type CellProblem,
  type CsvLayout,
} from '../schools/csv-columns.js';
import { quoted } from '../schools/nces-row.js';
import { dayProblem, knownDistrict } from '../schools/policy-row.js';
import {
  AUDIENCES,
  isSame,
  resourceProblems,
  seriesOf,
  tidied,
  type AudienceName,
  type ResourceText,
} from './resource.js';

/** Columns of a file of resources, by what they hold. */
export const RESOURCE_COLUMNS = {
  topic: 'TOPIC',
  audience: 'AUDIENCE',
  locale: 'LOCALE',
  state: 'STATE',
  districtId: 'LEAID',
  rank: 'RANK',
  title: 'TITLE',
  body: 'BODY',
  url: 'URL',
  publisher: 'PUBLISHER',
  sourceUrl: 'SOURCE_URL',
  sourceDate: 'SOURCE_DATE',
  sourceSha256: 'SOURCE_SHA256',
  counselReviewed: 'COUNSEL_REVIEWED',
  effectiveFrom: 'EFFECTIVE_FROM',
  effectiveUntil: 'EFFECTIVE_UNTIL',
} as const satisfies Record<keyof ResourceText, string>;
type Column = keyof typeof RESOURCE_COLUMNS;

export type ResourceLayout = CsvLayout<Column>;

/** Recognizes a CSV of resources by its header. */
export const detectResourceLayout = (head: Uint8Array) =>
  detectColumns(head, { what: 'resources', names: RESOURCE_COLUMNS });

/** One of a topic, audience, language and place holds on a day. */
export const RESOURCE_SERIES = {
  what: 'resource',
  fromColumn: RESOURCE_COLUMNS.effectiveFrom,
  untilColumn: RESOURCE_COLUMNS.effectiveUntil,
  seriesOf,
  isSame,
};

/** A resource, or everything that is wrong with its row. */
export type ParsedResource = { text: ResourceText } | { problems: CellProblem[] };

/** @param districts those that are known. */
export function parseResource(
  cells: readonly string[],
  layout: ResourceLayout,
  districts: ReadonlySet<string>,
): ParsedResource {
  const width = widthProblem(cells, layout);
  if (width) return { problems: [width] };
  const problems = new Map<Column, string>();
  const wrong = (column: Column, message: string) => {
    if (!problems.has(column)) problems.set(column, message);
  };
  const text = tidied(readCells((column) => cells[layout.at[column]]!.trim(), districts, wrong));
  for (const { field, message } of resourceProblems(text)) wrong(field as Column, message);
  if (problems.size === 0) return { text };
  return {
    problems: [...problems].map(([column, message]) => ({
      column: RESOURCE_COLUMNS[column],
      message,
    })),
  };
}

function readCells(
  cell: (column: Column) => string,
  districts: ReadonlySet<string>,
  wrong: (column: Column, message: string) => void,
): ResourceText {
  const optional = (column: Column) => cell(column) || null;
  const day = (column: Column) =>
    calendarDay(cell(column)) ?? (wrong(column, dayProblem(cell(column))), '');
  const audience = cell('audience').toUpperCase() as AudienceName;
  if (!AUDIENCES.includes(audience))
    wrong('audience', `${quoted(cell('audience'))} is none of ${AUDIENCES.join(', ')}`);
  const reviewed = cell('counselReviewed').toLowerCase();
  if (reviewed !== 'true' && reviewed !== 'false')
    wrong('counselReviewed', 'must be true or false: whether a lawyer of the network has read it');
  return {
    ...{ topic: cell('topic'), audience, locale: cell('locale'), state: optional('state') },
    districtId:
      cell('districtId') === ''
        ? null
        : knownDistrict(cell('districtId'), districts, (why) => wrong('districtId', why)),
    rank: cell('rank') === '' ? Number.NaN : Number(cell('rank')),
    ...{ title: cell('title'), body: optional('body'), url: optional('url') },
    ...{ publisher: cell('publisher'), sourceUrl: optional('sourceUrl') },
    ...{ sourceDate: day('sourceDate'), sourceSha256: optional('sourceSha256') },
    counselReviewed: reviewed === 'true',
    effectiveFrom: day('effectiveFrom'),
    effectiveUntil: cell('effectiveUntil') === '' ? null : day('effectiveUntil'),
  };
}
