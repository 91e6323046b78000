import { ACTIVITIES, AGENCIES } from '../../alerts/notice.js';
import { DEPARTURE_RULES } from '../../incidents/advocacy/departures.js';
import { AUTHORITIES_SHOWN } from '../../incidents/advocacy/vocabulary.js';
import { INCIDENT_STATES } from '../../incidents/incident-lifecycle.js';
import { OUTCOMES } from '../../incidents/outcomes.js';
import { filterProblems, type IncidentFilter } from '../../incidents/review/incident-filter.js';
import { BadInput, type FieldProblem } from '../../platform/errors.js';
import { DateTimeScalar } from '../../platform/scalars.js';
import { POLICY_KINDS } from '../../schools/policy.js';

type Kind =
  | { kind: 'codes'; of: readonly string[] }
  | { kind: 'list' | 'text' | 'moment' | 'count' | 'flag' | 'box' };

const codes = (of: readonly string[]) => ({ kind: 'codes', of }) as const;
const LIST = { kind: 'list' } as const;
const TEXT = { kind: 'text' } as const;
const MOMENT = { kind: 'moment' } as const;
const COUNT = { kind: 'count' } as const;
const FLAG = { kind: 'flag' } as const;

/** How each field of a filter is written outside GraphQL. */
const FIELDS = {
  states: codes(INCIDENT_STATES),
  outcomes: codes(OUTCOMES),
  since: MOMENT,
  until: MOMENT,
  observedSince: MOMENT,
  observedUntil: MOMENT,
  usStates: LIST,
  districtId: TEXT,
  districtIds: LIST,
  schoolId: TEXT,
  schoolIds: LIST,
  schoolLevels: LIST,
  agencies: codes(AGENCIES),
  activities: codes(ACTIVITIES),
  authorities: codes(AUTHORITIES_SHOWN),
  policies: codes(POLICY_KINDS),
  withoutPolicies: codes(POLICY_KINDS),
  departures: codes(DEPARTURE_RULES),
  departed: FLAG,
  text: TEXT,
  box: { kind: 'box' },
  cell: TEXT,
  withinMeters: COUNT,
  beyondMeters: COUNT,
  drills: FLAG,
  synthetic: FLAG,
} as const satisfies Record<keyof IncidentFilter, Kind>;
type FieldName = keyof typeof FIELDS;

export const isFilterField = (name: string): name is FieldName => Object.hasOwn(FIELDS, name);

/** What is wrong with a filter that is part of an input, by its path there. */
export const problemsOfFilter = (filter: IncidentFilter): FieldProblem[] =>
  filterProblems(filter).map(({ field, message }) => ({ field: `filter.${field}`, message }));

const EDGES = ['south', 'west', 'north', 'east'] as const;
const MOST_JSON = 20_000;

/**
 * A filter from parameters of an address: lists joined by commas or repeated, a box as
 * `south,west,north,east`.
 * @param fields of the query that belong to the filter.
 * @throws BadInput naming every field whose form is wrong.
 */
export function filterFromQuery(
  query: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): IncidentFilter {
  const given = fields.filter(isFilterField).map((field) => [field, typed(field, query[field])]);
  return checked(Object.fromEntries(given));
}

/** The same from JSON, as GraphQL takes it. @throws BadInput */
export function filterFromJson(text: unknown): IncidentFilter {
  const value = typeof text === 'string' && text.length <= MOST_JSON ? parsed(text) : undefined;
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new BadInput({
      field: 'filter',
      message: 'must be a JSON object, such as {"districtId":"1201470"}',
    });
  return checked(value as Record<string, unknown>, 'filter.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a parameter would be in JSON, as far as its text allows. */
function typed(field: FieldName, value: unknown): unknown {
  const { kind } = FIELDS[field];
  if (kind === 'codes' || kind === 'list')
    return [value].flat().flatMap((one) => String(one).split(',').filter(Boolean));
  if (typeof value !== 'string') return value;
  if (kind === 'flag') return value === 'true' || (value === 'false' ? false : value);
  if (kind === 'count') return number(value);
  if (kind !== 'box') return value;
  const edges = value.split(',');
  return edges.length === EDGES.length
    ? Object.fromEntries(EDGES.map((edge, index) => [edge, number(edges[index]!)]))
    : value;
}

const number = (text: string): unknown => (text.trim() === '' ? text : Number(text));

function checked(given: Record<string, unknown>, prefix = ''): IncidentFilter {
  const problems: FieldProblem[] = [];
  const filter: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given)) {
    if (value === null) continue;
    const problem = isFilterField(field) ? problemOf(FIELDS[field], value) : 'is no field of it';
    if (problem) problems.push({ field: prefix + field, message: problem });
    else filter[field] = FIELDS[field as FieldName].kind === 'moment' ? moment(value) : value;
  }
  if (problems.length > 0) throw new BadInput(problems);
  return filter as IncidentFilter;
}

const scalar = new DateTimeScalar();
function moment(value: unknown): Date | undefined {
  try {
    return scalar.parseValue(value);
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** What is wrong with the form of a value; what it means is looked at by `filterProblems`. */
function problemOf(field: Kind, value: unknown): string | undefined {
  switch (field.kind) {
    case 'codes':
      return isTexts(value) && value.every((code) => field.of.includes(code))
        ? undefined
        : `must be of ${field.of.join(', ')}`;
    case 'list':
      return isTexts(value) ? undefined : 'must be a list of texts';
    case 'text':
      return isText(value) ? undefined : 'must be one text';
    case 'moment':
      return moment(value)
        ? undefined
        : 'must be a time with its offset, such as 2026-09-30T08:10:00-04:00';
    case 'count':
      return Number.isSafeInteger(value) ? undefined : 'must be a whole number';
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'box':
      return isBox(value) ? undefined : `must be ${EDGES.join(', ')} in degrees`;
  }
}

const isBox = (value: unknown): boolean =>
  value !== null &&
  typeof value === 'object' &&
  Object.keys(value).length === EDGES.length &&
  EDGES.every((edge) => Number.isFinite((value as Record<string, unknown>)[edge]));
