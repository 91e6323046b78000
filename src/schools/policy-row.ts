import { calendarDay } from '../platform/calendar-day.js';
import { detectColumns, widthProblem, type CellProblem, type CsvLayout } from './csv-columns.js';
import { identifier, quoted } from './nces-row.js';
import {
  POLICY_KINDS,
  policyProblems,
  tidied,
  type PolicyKindName,
  type PolicyText,
} from './policy.js';

/** Columns of a file of policies, by what they hold. */
export const POLICY_COLUMNS = {
  districtId: 'LEAID',
  kind: 'KIND',
  effectiveFrom: 'EFFECTIVE_FROM',
  effectiveUntil: 'EFFECTIVE_UNTIL',
  sourceUrl: 'SOURCE_URL',
  sourceSha256: 'SOURCE_SHA256',
} as const satisfies Record<keyof PolicyText, string>;
type Column = keyof typeof POLICY_COLUMNS;

export type PolicyLayout = CsvLayout<Column>;

/** Recognizes a CSV of policies by its header. */
export const detectPolicyLayout = (head: Uint8Array) =>
  detectColumns(head, { what: 'policies', names: POLICY_COLUMNS });

/** A policy, or everything that is wrong with its row. */
export type ParsedPolicy = { text: PolicyText } | { problems: CellProblem[] };

/** @param districts those that are known. */
export function parsePolicy(
  cells: readonly string[],
  layout: PolicyLayout,
  districts: ReadonlySet<string>,
): ParsedPolicy {
  const width = widthProblem(cells, layout);
  if (width) return { problems: [width] };
  const cell = (column: Column) => cells[layout.at[column]]!.trim();
  const problems: CellProblem[] = [];
  const wrong = (column: Column, message: string) =>
    problems.push({ column: POLICY_COLUMNS[column], message });
  const day = (column: 'effectiveFrom' | 'effectiveUntil') =>
    calendarDay(cell(column)) ?? (wrong(column, dayProblem(cell(column))), '');
  const policy = tidied({
    districtId: knownDistrict(cell('districtId'), districts, (why) => wrong('districtId', why)),
    kind: cell('kind').toUpperCase() as PolicyKindName,
    effectiveFrom: day('effectiveFrom'),
    effectiveUntil: cell('effectiveUntil') === '' ? null : day('effectiveUntil'),
    sourceUrl: cell('sourceUrl'),
    sourceSha256: cell('sourceSha256'),
  });
  if (!POLICY_KINDS.includes(policy.kind))
    wrong('kind', `${quoted(cell('kind'))} is none of ${POLICY_KINDS.join(', ')}`);
  const daysRead = policy.effectiveFrom !== '' && policy.effectiveUntil !== '';
  for (const { field, message } of policyProblems(policy))
    if (daysRead || field !== 'effectiveUntil') wrong(field as Column, message);
  return problems.length > 0 ? { problems } : { text: policy };
}

/** The LEAID in a cell; what is wrong with it is told to `wrong`. */
export function knownDistrict(
  text: string,
  districts: ReadonlySet<string>,
  wrong: (message: string) => void,
): string {
  const found: string[] = [];
  const id = identifier(text, 7, 'the id', found);
  if (found[0]) wrong(`${found[0]}: write the LEAID with its leading zero, as text`);
  else if (!districts.has(id))
    wrong(`no district ${quoted(id)} is known: import its schools first, or correct the id`);
  return id;
}

/** What to say of a cell that holds no day. */
export function dayProblem(text: string): string {
  if (text === '') return 'is blank: write the first day, such as 2026-09-30';
  return `${quoted(text)} is not a day of the calendar written as 2026-09-30`;
}
