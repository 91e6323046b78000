import { BadInput, type FieldProblem } from '../platform/errors.js';
import type { Point } from '../geo/h3.js';

/** What the public may ask for. */
export interface SchoolQuery {
  search?: string | null;
  near?: Point | null;
  withinMeters?: number | null;
  districtId?: string | null;
  state?: string | null;
}

/** The same, checked. */
export interface CheckedQuery {
  search: string | null;
  near: (Point & { withinMeters: number }) | null;
  districtId: string | null;
  state: string | null;
}

const MAX_SEARCH = 100;
const DEFAULT_METERS = 50_000;
const MAX_METERS = 100_000;

/** @throws BadInput naming every argument that is wrong. */
export function checkedQuery(query: SchoolQuery): CheckedQuery {
  const problems: FieldProblem[] = [
    ...searchProblems(query.search),
    ...withinProblems(query),
    ...patternProblems('districtId', query.districtId, /^\d{7}$/, 'an NCES LEAID: 7 digits'),
    ...patternProblems('state', query.state, /^[A-Za-z]{2}$/, 'two letters, such as FL'),
  ];
  if (problems.length > 0) throw new BadInput(problems);
  return {
    search: query.search?.trim() ?? null,
    near: query.near ? { ...query.near, withinMeters: query.withinMeters ?? DEFAULT_METERS } : null,
    districtId: query.districtId ?? null,
    state: query.state?.toUpperCase() ?? null,
  };
}

function searchProblems(search: string | null | undefined): FieldProblem[] {
  if (search === null || search === undefined) return [];
  if (search.trim() === '') return [{ field: 'search', message: 'must not be blank' }];
  return search.length > MAX_SEARCH
    ? [{ field: 'search', message: `must have at most ${MAX_SEARCH} characters` }]
    : [];
}

function withinProblems({ near, withinMeters }: SchoolQuery): FieldProblem[] {
  if (withinMeters === null || withinMeters === undefined) return [];
  if (!near) return [{ field: 'withinMeters', message: 'goes with near' }];
  return withinMeters >= 1 && withinMeters <= MAX_METERS
    ? []
    : [{ field: 'withinMeters', message: `must be from 1 to ${MAX_METERS}` }];
}

function patternProblems(
  field: string,
  value: string | null | undefined,
  pattern: RegExp,
  allowed: string,
): FieldProblem[] {
  const fits = value === null || value === undefined || pattern.test(value);
  return fits ? [] : [{ field, message: `must be ${allowed}` }];
}
