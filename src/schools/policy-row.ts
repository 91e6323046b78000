import { calendarDay } from '../platform/calendar-day.js';
import { identifier, quoted } from './nces-row.js';
import {
  POLICY_KINDS,
  policyProblems,
  tidied,
  type PolicyKindName,
  type PolicyText,
} from './policy.js';
import { headerColumns, plainText } from './school-layout.js';

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

export interface PolicyLayout {
  width: number;
  at: Record<Column, number>;
}

/** What is wrong in one column of a row, and what would be right. */
export interface CellProblem {
  /** Its name, or `row`. */
  column: string;
  message: string;
}

const NAMES = Object.values(POLICY_COLUMNS);
const RULE = `A file of policies is a CSV whose first line names ${NAMES.slice(0, -1).join(', ')} and ${NAMES.at(-1)}`;

/** Recognizes a CSV of policies by its header: those columns, in any order, and whatever else. */
export function detectPolicyLayout(
  head: Uint8Array,
): { layout: PolicyLayout } | { problem: string } {
  const text = plainText(head, `${RULE}.`);
  if ('problem' in text) return text;
  const columns = headerColumns(text.lines[0] ?? '', ',');
  const missing = NAMES.filter((name) => !columns.includes(name));
  if (missing.length > 0) return { problem: `${RULE}. Missing: ${missing.join(', ')}.` };
  const twice = NAMES.filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name));
  if (twice.length > 0) return { problem: `${RULE}. More than once: ${twice.join(', ')}.` };
  const at = Object.fromEntries(
    Object.entries(POLICY_COLUMNS).map(([column, name]) => [column, columns.indexOf(name)]),
  ) as PolicyLayout['at'];
  return { layout: { width: columns.length, at } };
}

/** A policy, or everything that is wrong with its row. */
export type ParsedPolicy = { policy: PolicyText } | { problems: CellProblem[] };

/** @param districts those that are known. */
export function parsePolicy(
  cells: readonly string[],
  { width, at }: PolicyLayout,
  districts: ReadonlySet<string>,
): ParsedPolicy {
  if (cells.length !== width) {
    const message = `has ${cells.length} columns instead of ${width}: put a text that holds a comma between quotation marks`;
    return { problems: [{ column: 'row', message }] };
  }
  const cell = (column: Column) => cells[at[column]]!.trim();
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
  return problems.length > 0 ? { problems } : { policy };
}

function knownDistrict(
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

function dayProblem(text: string): string {
  if (text === '') return 'is blank: write the first day, such as 2026-09-30';
  return `${quoted(text)} is not a day of the calendar written as 2026-09-30`;
}
