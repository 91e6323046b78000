import { DISTRICT_ID, SCHOOL_ID } from './nces-id.js';
import type { Layout, SchoolColumn } from './school-layout.js';
import { titleCase } from './title-case.js';

/** A school as a file tells it, checked and spelled for people. */
export interface SchoolRecord {
  /** NCESSCH. */
  id: string;
  name: string;
  /** These four may be empty: a file need not know them. */
  street: string;
  city: string;
  zip: string;
  county: string;
  /** Postal code of the state, two capitals. */
  state: string;
  /** Null where the file does not say. */
  level: string | null;
  enrollment: number | null;
  /** WGS 84 degrees. */
  latitude: number;
  longitude: number;
  /** False: closed, inactive, or not yet opened. */
  open: boolean;
  /** LEAID. */
  districtId: string;
  districtName: string | null;
}

/** A school, or everything that is wrong with its row, in plain words. */
export type ParsedRow = { school: SchoolRecord } | { problems: string[] };

/** Longest free text of each column, in UTF-16 units. The other columns are held to a pattern. */
const LONGEST = {
  name: 200,
  street: 200,
  city: 100,
  county: 100,
  districtName: 200,
  level: 40,
} as const satisfies Partial<Record<SchoolColumn, number>>;
type Text = keyof typeof LONGEST;

/** How the sources write "we do not know". */
const UNKNOWN = /^(not (available|reported|applicable)|-999(\.0+)?)$/i;

/** Statuses of the Common Core of Data: 2 closed, 6 inactive, 7 future; everything else is open. */
const NOT_OPEN = /^(2|6|7|closed|inactive|future)$/i;

/** Whatever needs a second look: runs of blanks, controls, signs of another encoding. */
// oxlint-disable-next-line no-control-regex
const ODD = / {2}|[\x00-\x1f\x7f-\x9f\ufffd\ud800-\udfff]/;

/**
 * Reads one row of a known layout. A column that the layout lacks counts as not told: the school
 * is open, of no known level.
 */
export function parseSchool(cells: readonly string[], layout: Layout): ParsedRow {
  if (cells.length !== layout.width) {
    return { problems: [`has ${cells.length} columns instead of ${layout.width}`] };
  }
  const problems: string[] = [];
  const text = (column: Text) => titleCase(cellText(cells, layout, column, problems));
  const repeated = (column: Text) => {
    const raw = rawCell(cells, layout, column);
    return remembered.get(raw) ?? remember(raw, () => text(column), problems);
  };
  const raw = (column: SchoolColumn) => rawCell(cells, layout, column);
  const school: SchoolRecord = {
    id: identifier(raw('id'), SCHOOL_ID, 12, layout.names.id, problems),
    name: text('name'),
    street: text('street'),
    city: repeated('city'),
    zip: zipCode(raw('zip')),
    county: repeated('county'),
    state: raw('state').toUpperCase(),
    level: repeated('level') || null,
    enrollment: count(raw('enrollment')),
    latitude: degrees(raw('latitude'), 90, layout.names.latitude, problems),
    longitude: degrees(raw('longitude'), 180, layout.names.longitude, problems),
    open: !NOT_OPEN.test(raw('status')),
    districtId: identifier(raw('districtId'), DISTRICT_ID, 7, layout.names.districtId, problems),
    districtName: repeated('districtName') || null,
  };
  if (school.name === '') problems.push(`${layout.names.name} is blank`);
  if (!/^[A-Z]{2}$/.test(school.state)) {
    problems.push(`${layout.names.state} ${quoted(school.state)} is not a two-letter postal code`);
  }
  if (school.latitude === 0 && school.longitude === 0) {
    problems.push('the coordinates are 0,0, which stands for "unknown"');
  }
  return problems.length > 0 ? { problems } : { school };
}

/** A national register names its few thousand cities and counties a hundred thousand times. */
const remembered = new Map<string, string>();
const REMEMBERED = 30_000;
/** Short enough for any column, so that it does not matter which it stood in. */
const REMEMBERED_LENGTH = Math.min(...Object.values(LONGEST));

function remember(raw: string, read: () => string, problems: string[]): string {
  const before = problems.length;
  const text = read();
  if (problems.length === before && raw.length <= REMEMBERED_LENGTH && remembered.size < REMEMBERED)
    remembered.set(raw, text);
  return text;
}

/** A cell without the blanks around it; '' where the layout lacks the column. */
function rawCell(cells: readonly string[], layout: Layout, column: SchoolColumn): string {
  const index = layout.at[column];
  return index === undefined ? '' : cells[index]!.trim();
}

/** A cell of free text with its blanks tidied; '' where it is unknown. */
function cellText(
  cells: readonly string[],
  layout: Layout,
  column: Text,
  problems: string[],
): string {
  const raw = rawCell(cells, layout, column);
  if (raw === '') return raw;
  const text = ODD.test(raw) ? raw.replace(/ {2,}/g, ' ') : raw;
  const longest = LONGEST[column];
  const problem =
    text.length > longest
      ? `has ${text.length} characters, more than ${longest}`
      : ODD.test(text) && unreadable(text);
  if (problem) problems.push(`${layout.names[column]} ${problem}`);
  return problem || UNKNOWN.test(text) ? '' : text;
}

function unreadable(text: string): string | undefined {
  if (text.includes('\0')) return 'holds a NUL character';
  if (/\p{Cc}/u.test(text)) return 'holds a control character';
  if (text.includes('\ufffd') || !text.isWellFormed()) return 'is not UTF-8 text';
  return undefined;
}

/** An identifier of so many digits, or a problem that says what may have happened to it. */
export function identifier(
  text: string,
  pattern: RegExp,
  digits: number,
  name: string,
  problems: string[],
): string {
  if (pattern.test(text)) return text;
  const shown = `${name} ${quoted(text)}`;
  if (text === '') problems.push(`${name} is blank`);
  else if (/^\d(\.\d+)?E\+?\d+$/i.test(text))
    problems.push(`${shown} was turned into a rounded number by a spreadsheet`);
  else if (/^\d+$/.test(text)) {
    const lost =
      text.length === digits - 1 ? ': a spreadsheet may have dropped a leading zero' : '';
    problems.push(`${shown} has ${text.length} digits, not ${digits}${lost}`);
  } else problems.push(`${shown} is not ${digits} digits`);
  return '';
}

/** @returns degrees, or NaN together with a problem. */
function degrees(text: string, limit: number, name: string, problems: string[]): number {
  const value = /^[+-]?\d{1,3}(\.\d{1,20})?$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value)) problems.push(`${name} ${quoted(text)} is not a number of degrees`);
  else if (Math.abs(value) > limit)
    problems.push(`${name} ${quoted(text)} is not on Earth (-${limit} to ${limit})`);
  return value;
}

/** Five digits, with the zeros that a spreadsheet drops; '' when it is nothing like that. */
function zipCode(text: string): string {
  const zip = /^(\d{3,5})(-\d{4})?$/.exec(text)?.[1];
  return zip?.padStart(5, '0') ?? '';
}

function count(text: string): number | null {
  return /^\d{1,6}(\.0+)?$/.test(text) ? Number(text) : null;
}

export const quoted = (text: string) => JSON.stringify(text.slice(0, 40));
