import { BadInput, type FieldProblem } from '../../platform/errors.js';
import { isUuid } from '../../platform/ids.js';
import type { IncidentFilter } from '../../incidents/review/incident-filter.js';
import { filterFromJson, filterFromQuery, isFilterField } from './filter-words.js';

export const EXPORT_FORMATS = ['csv', 'ndjson', 'geojson', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Those whose table has rows of heads. */
const WITH_HEADS: ReadonlySet<ExportFormat> = new Set(['csv', 'xlsx']);

export const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
  geojson: 'application/geo+json; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const satisfies Record<ExportFormat, string>;

/** What somebody asks to take out. */
export interface ExportRequest {
  format: ExportFormat;
  /** Undefined where a view is named. */
  filter: IncidentFilter | undefined;
  /** A saved view whose filter it is. */
  viewId: string | undefined;
  hxl: boolean;
  /** Permission to name people. */
  releaseId: string | undefined;
}

const OWN: ReadonlySet<string> = new Set(['filter', 'view', 'hxl', 'release']);

/**
 * Reads the query of an address: fields of the filter by name, or all of it as JSON in `filter`, or the
 * id of a saved view in `view`.
 * @throws BadInput naming every parameter that is wrong.
 */
export function readExportQuery(
  format: ExportFormat,
  query: Readonly<Record<string, unknown>>,
): ExportRequest {
  const problems: FieldProblem[] = [];
  const fields = Object.keys(query).filter((name) => !OWN.has(name));
  for (const field of fields.filter((name) => !isFilterField(name)))
    problems.push({ field, message: 'is not known here: docs/analysts.md lists the parameters' });
  const ways = [query.filter, query.view, fields.length > 0 || undefined].filter(
    (way) => way !== undefined,
  );
  if (ways.length > 1)
    problems.push({
      field: query.view === undefined ? 'filter' : 'view',
      message: 'say which incidents in one way: view, filter, or single parameters',
    });
  const viewId = uuid('view', query.view, problems);
  const releaseId = uuid('release', query.release, problems);
  const hxl = flag('hxl', query.hxl, problems);
  if (hxl) problems.push(...hxlProblems(format));
  if (problems.length > 0) throw new BadInput(problems);
  const filter =
    query.filter === undefined ? filterFromQuery(query, fields) : filterFromJson(query.filter);
  return { format, filter: viewId ? undefined : filter, viewId, hxl, releaseId };
}

export const hxlProblems = (format: ExportFormat): FieldProblem[] =>
  WITH_HEADS.has(format)
    ? []
    : [{ field: 'hxl', message: `tags stand below heads: only ${[...WITH_HEADS].join(' and ')}` }];

function uuid(field: string, value: unknown, problems: FieldProblem[]): string | undefined {
  if (value === undefined) return undefined;
  if (isUuid(value)) return value.toLowerCase();
  problems.push({ field, message: 'must be a UUID' });
  return undefined;
}

function flag(field: string, value: unknown, problems: FieldProblem[]): boolean {
  if (value !== undefined && value !== 'true' && value !== 'false')
    problems.push({ field, message: 'must be true or false' });
  return value === 'true';
}
