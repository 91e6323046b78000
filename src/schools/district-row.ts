import { identifier, quoted } from './nces-row.js';
import { headerColumns, plainText } from './school-layout.js';
import { titleCase } from './title-case.js';

/** A school district as a file names it. */
export interface DistrictRecord {
  /** LEAID. */
  id: string;
  name: string;
  /** Postal code of the state, two capitals. */
  state: string;
}

export interface DistrictLayout {
  width: number;
  id: number;
  name: number;
  state: number;
}

const LONGEST_NAME = 200;

/** Recognizes a CSV of districts by its header: LEAID, NAME, STATE and whatever else. */
export function detectDistrictLayout(
  head: Uint8Array,
): { layout: DistrictLayout } | { problem: string } {
  const text = plainText(head);
  if ('problem' in text) return text;
  const columns = headerColumns(text.lines[0] ?? '', ',');
  const [id, name, state] = ['LEAID', 'NAME', 'STATE'].map((column) => columns.indexOf(column));
  if (id! < 0 || name! < 0 || state! < 0) {
    return {
      problem: 'A file of districts is a CSV whose first line names LEAID, NAME and STATE.',
    };
  }
  return { layout: { width: columns.length, id: id!, name: name!, state: state! } };
}

/** A district, or everything that is wrong with its row, in plain words. */
export type ParsedDistrict = { district: DistrictRecord } | { problems: string[] };

export function parseDistrict(cells: readonly string[], layout: DistrictLayout): ParsedDistrict {
  if (cells.length !== layout.width) {
    return { problems: [`has ${cells.length} columns instead of ${layout.width}`] };
  }
  const problems: string[] = [];
  const id = identifier(cells[layout.id]!.trim(), 7, 'LEAID', problems);
  const name = titleCase(cells[layout.name]!.trim().replace(/ {2,}/g, ' '));
  const state = cells[layout.state]!.trim().toUpperCase();
  if (name === '') problems.push('NAME is blank');
  if (name.length > LONGEST_NAME)
    problems.push(`NAME has ${name.length} characters, more than ${LONGEST_NAME}`);
  if (/[\p{Cc}\ufffd]/u.test(name)) problems.push('NAME is not plain UTF-8 text');
  if (!/^[A-Z]{2}$/.test(state))
    problems.push(`STATE ${quoted(state)} is not a two-letter postal code`);
  return problems.length > 0 ? { problems } : { district: { id, name, state } };
}
