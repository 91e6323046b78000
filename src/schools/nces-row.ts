import type { Layout, SchoolColumn } from './school-layout.js';
import { wordsOfSchool } from './search-words.js';
import { cased, detached, titleCase, tokensOf } from './title-case.js';

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
  /** The same two as the file writes them: a number is made into text more slowly than all the rest. */
  latitudeText: string;
  longitudeText: string;
  /** False: closed, inactive, or not yet opened. */
  open: boolean;
  /** LEAID. */
  districtId: string;
  districtName: string | null;
  /** Those of name and city that the search finds it by. */
  words: readonly string[];
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
const MAYBE_UNKNOWN = new Set<string | undefined>(['N', 'n', '-']);

/** Statuses of the Common Core of Data: 2 closed, 6 inactive, 7 future; everything else is open. */
const NOT_OPEN = /^(2|6|7|closed|inactive|future)$/i;

/** Whatever needs a second look: runs of blanks, controls, signs of another encoding. */
// oxlint-disable-next-line no-control-regex
const ODD = / {2}|[\x00-\x1f\x7f-\x9f\ufffd\ud800-\udfff]/;

/**
 * Reads one row of a known layout. A column that the layout lacks counts as not told: the school
 * is open, of no known level.
 * @param plain all of it is printable ASCII; false: perhaps
 */
export function parseSchool(cells: readonly string[], layout: Layout, plain = false): ParsedRow {
  if (cells.length !== layout.width) {
    return { problems: [`has ${cells.length} columns instead of ${layout.width}`] };
  }
  const problems: string[] = [];
  const row = { cells, layout, plain, problems };
  const name = cellText(row, 'name');
  const nameTokens = tokensOf(name);
  const city = repeated(row, 'city');
  const latitudeText = raw(row, 'latitude');
  const longitudeText = raw(row, 'longitude');
  const school: SchoolRecord = {
    id: identifier(raw(row, 'id'), 12, layout.names.id, problems),
    name: cased(name, nameTokens),
    street: titleCase(cellText(row, 'street')),
    city,
    zip: zipCode(raw(row, 'zip')),
    county: repeated(row, 'county'),
    state: stateCode(row),
    level: repeated(row, 'level') || null,
    enrollment: count(raw(row, 'enrollment')),
    latitude: degrees(latitudeText, 90, layout.names.latitude, problems),
    longitude: degrees(longitudeText, 180, layout.names.longitude, problems),
    latitudeText,
    longitudeText,
    open: isOpen(raw(row, 'status')),
    districtId: identifier(raw(row, 'districtId'), 7, layout.names.districtId, problems),
    districtName: repeated(row, 'districtName') || null,
    words: wordsOfSchool(nameTokens, city),
  };
  if (school.name === '') problems.push(`${layout.names.name} is blank`);
  if (school.latitude === 0 && school.longitude === 0) {
    problems.push('the coordinates are 0,0, which stands for "unknown"');
  }
  return problems.length > 0 ? { problems } : { school };
}

interface Row {
  cells: readonly string[];
  layout: Layout;
  plain: boolean;
  problems: string[];
}

/** A national register names its few thousand cities and counties a hundred thousand times. */
const remembered = new Map<string, string>();
const REMEMBERED = 30_000;
/** Short enough for any column, so that it does not matter which it stood in. */
const REMEMBERED_LENGTH = Math.min(...Object.values(LONGEST));

/** A cell that many rows share, spelled. */
function repeated(row: Row, column: Text): string {
  const cell = raw(row, column);
  if (cell === '') return cell;
  const before = remembered.get(cell);
  if (before !== undefined) return before;
  const problems = row.problems.length;
  const text = titleCase(cellText(row, column));
  const good = row.problems.length === problems;
  if (good && cell.length <= REMEMBERED_LENGTH && remembered.size < REMEMBERED)
    remembered.set(detached(cell), detached(text));
  return text;
}

/** A cell without the blanks around it; '' where the layout lacks the column. */
function raw({ cells, layout }: Row, column: SchoolColumn): string {
  const index = layout.at[column];
  return index === undefined ? '' : cells[index]!.trim();
}

/** A cell of free text with its blanks tidied; '' where it is unknown. */
function cellText(row: Row, column: Text): string {
  const cell = raw(row, column);
  const longest = LONGEST[column];
  if (row.plain && cell.length <= longest && !cell.includes('  '))
    return MAYBE_UNKNOWN.has(cell[0]) && UNKNOWN.test(cell) ? '' : cell;
  const text = ODD.test(cell) ? cell.replace(/ {2,}/g, ' ') : cell;
  const problem =
    text.length > longest
      ? `has ${text.length} characters, more than ${longest}`
      : ODD.test(text) && unreadable(text);
  if (problem) row.problems.push(`${row.layout.names[column]} ${problem}`);
  return problem || UNKNOWN.test(text) ? '' : text;
}

function unreadable(text: string): string | undefined {
  if (text.includes('\0')) return 'holds a NUL character';
  if (/\p{Cc}/u.test(text)) return 'holds a control character';
  if (text.includes('\ufffd') || !text.isWellFormed()) return 'is not UTF-8 text';
  return undefined;
}

/** An identifier of so many digits, or a problem that says what may have happened to it. */
export function identifier(text: string, digits: number, name: string, problems: string[]): string {
  if (text.length === digits && isDigits(text)) return text;
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

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

/** A postal code; those of the last rows are known to be one. */
function stateCode(row: Row): string {
  const cell = raw(row, 'state');
  if (knownStates.has(cell)) return cell;
  const state = cell.toUpperCase();
  if (/^[A-Z]{2}$/.test(state)) knownStates.add(state);
  else
    row.problems.push(`${row.layout.names.state} ${quoted(state)} is not a two-letter postal code`);
  return state;
}

const knownStates = new Set<string>();

/** @returns degrees, or NaN together with a problem. */
function degrees(text: string, limit: number, name: string, problems: string[]): number {
  const value = shortDecimal(text) ?? decimal(text);
  if (Number.isNaN(value)) problems.push(`${name} ${quoted(text)} is not a number of degrees`);
  else if (Math.abs(value) > limit)
    problems.push(`${name} ${quoted(text)} is not on Earth (-${limit} to ${limit})`);
  return value;
}

const decimal = (text: string) => (/^[+-]?\d{1,3}(\.\d{1,20})?$/.test(text) ? Number(text) : NaN);

const POWERS_OF_TEN = Array.from({ length: 13 }, (_, power) => 10 ** power);

/**
 * What `Number` makes of a decimal of up to fifteen digits: those and their power of ten are exact,
 * so that one division rounds once, as `Number` does.
 * @returns undefined for whatever else
 */
function shortDecimal(text: string): number | undefined {
  const minus = text.charCodeAt(0) === 0x2d;
  let digits = 0;
  let point = text.length;
  for (let at = minus ? 1 : 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) digits = digits * 10 + code - 0x30;
    else if (code === 0x2e && point === text.length) point = at;
    else return undefined;
  }
  const whole = minus ? point - 1 : point;
  const decimals = Math.max(text.length - point - 1, 0);
  if (whole < 1 || whole > 3 || decimals > 12 || point === text.length - 1) return undefined;
  const value = digits / POWERS_OF_TEN[decimals]!;
  return minus ? -value : value;
}

/** Five digits, with the zeros that a spreadsheet drops; '' when it is nothing like that. */
function zipCode(text: string): string {
  if (text.length === 5 && isDigits(text)) return text;
  const zip = /^(\d{3,5})(-\d{4})?$/.exec(text)?.[1];
  return zip?.padStart(5, '0') ?? '';
}

function count(text: string): number | null {
  return text !== '' && /^\d{1,6}(\.0+)?$/.test(text) ? Number(text) : null;
}

const isOpen = (status: string) => status === '' || !NOT_OPEN.test(status);

export const quoted = (text: string) => JSON.stringify(text.slice(0, 40));
