import { getResolution, isValidCell } from 'h3-js';
import type { ActivityName, AgencyName } from '../../alerts/notice.js';
import type { FieldProblem } from '../../platform/errors.js';
import type { PolicyKindName } from '../../schools/policy.js';
import type { DepartureRuleName } from '../advocacy/departures.js';
import type { AUTHORITIES_SHOWN } from '../advocacy/vocabulary.js';
import type { IncidentState } from '../incident-lifecycle.js';
import type { OutcomeName } from '../outcomes.js';
import { MAX_WORDS, noteWords } from './note-words.js';
import { US_STATES } from './us-states.js';

/** South to north and west to east, degrees WGS 84; west of more than east crosses the 180th meridian. */
export interface BoundingBox {
  south: number;
  west: number;
  north: number;
  east: number;
}

/**
 * Which incidents are asked for: all conditions hold at once, of a list any one. What is absent, null
 * or an empty list asks nothing. A screen, figures and exports share it: `filter-sql.ts` says how.
 */
export interface IncidentFilter {
  states?: IncidentState[] | null;
  outcomes?: OutcomeName[] | null;
  /** Reported (opened) from a moment on, and before another. */
  since?: Date | null;
  until?: Date | null;
  /** First observed from a moment on, and before another. */
  observedSince?: Date | null;
  observedUntil?: Date | null;
  /** USPS codes of states, in capitals. */
  usStates?: string[] | null;
  /** LEAID. */
  districtId?: string | null;
  districtIds?: string[] | null;
  /** NCESSCH. */
  schoolId?: string | null;
  schoolIds?: string[] | null;
  /** As NCES names them, in whatever case. */
  schoolLevels?: string[] | null;
  agencies?: AgencyName[] | null;
  activities?: ActivityName[] | null;
  authorities?: (typeof AUTHORITIES_SHOWN)[number][] | null;
  /** In force on the day of the first observation, by the clock at the school. */
  policies?: PolicyKindName[] | null;
  /** None of these was in force that day. */
  withoutPolicies?: PolicyKindName[] | null;
  departures?: DepartureRuleName[] | null;
  /** Whether practice departed from any promise. */
  departed?: boolean | null;
  /** Words that all stand in its notes. */
  text?: string | null;
  box?: BoundingBox | null;
  /** An H3 cell of resolution 0 to {@link FINEST_CELL}. */
  cell?: string | null;
  /** Meters between the place and its school: at most, and more than. */
  withinMeters?: number | null;
  beyondMeters?: number | null;
  /** Those of drills instead of what is real. */
  drills?: boolean | null;
  /** Only what `seed:history` made up, or none of it; absent: both. */
  synthetic?: boolean | null;
}

/** The resolution in which places are kept: cells of some 0.1 km². */
export const FINEST_CELL = 9;
export const MAX_TEXT = 200;
export const MAX_METERS = 100_000;
/** How many may stand in one list. */
export const MAX_LISTED = { usStates: 60, districtIds: 200, schoolIds: 500, schoolLevels: 20 };
const LONGEST_LEVEL = 40;
const HALF_TURN = 180;

/** What is wrong with a filter by itself, by field; whether districts and schools exist is not asked. */
export function filterProblems(filter: IncidentFilter): FieldProblem[] {
  return [
    ...reversed('until', filter.since, filter.until, 'since'),
    ...reversed('observedUntil', filter.observedSince, filter.observedUntil, 'observedSince'),
    ...listProblems(filter),
    ...contradictions(filter),
    ...meterProblems(filter),
    ...textProblems(filter.text),
    ...boxProblems(filter.box),
    ...cellProblems(filter.cell),
  ];
}

function reversed(
  field: string,
  from: Date | null | undefined,
  to: Date | null | undefined,
  other: string,
): FieldProblem[] {
  return from && to && from > to ? [{ field, message: `must not be before ${other}` }] : [];
}

function listProblems(filter: IncidentFilter): FieldProblem[] {
  const { schoolId, districtId, usStates, schoolLevels } = filter;
  const known: ReadonlySet<string> = new Set(US_STATES);
  const long = Object.entries(MAX_LISTED).flatMap(([field, most]) => {
    const length = filter[field as keyof typeof MAX_LISTED]?.length ?? 0;
    return length > most ? [{ field, message: `must have at most ${most}` }] : [];
  });
  if (long.length > 0) return long;
  return [
    ...each('schoolId', isGiven(schoolId) ? [schoolId] : [], isSchoolId, SCHOOL_ID, false),
    ...each(
      'districtId',
      isGiven(districtId) ? [districtId] : [],
      isDistrictId,
      DISTRICT_ID,
      false,
    ),
    ...each('schoolIds', filter.schoolIds, isSchoolId, SCHOOL_ID),
    ...each('districtIds', filter.districtIds, isDistrictId, DISTRICT_ID),
    ...each('usStates', usStates, (code) => known.has(code), 'must be a USPS code, such as FL'),
    ...each('schoolLevels', schoolLevels, isLevel, `must have 1 to ${LONGEST_LEVEL} characters`),
  ];
}

/** Conditions that no incident can meet together. */
function contradictions(filter: IncidentFilter): FieldProblem[] {
  const policies = filter.policies ?? [];
  const without = new Set(filter.withoutPolicies);
  const problems: FieldProblem[] = [];
  if (policies.length > 0 && policies.every((kind) => without.has(kind)))
    problems.push({ field: 'withoutPolicies', message: 'must leave one of policies in force' });
  if (filter.departed === false && (filter.departures ?? []).length > 0)
    problems.push({ field: 'departed', message: 'must not be false beside departures' });
  return problems;
}

const isSchoolId = (id: string) => /^\d{12}$/.test(id);
const isDistrictId = (id: string) => /^\d{7}$/.test(id);
const isLevel = (level: string) =>
  level.trim() !== '' &&
  level.length <= LONGEST_LEVEL &&
  level.isWellFormed() &&
  !level.includes('\0');
const SCHOOL_ID = 'must be an NCES school id: 12 digits';
const DISTRICT_ID = 'must be an NCES district id (LEAID): 7 digits';

function each(
  field: string,
  values: readonly string[] | null | undefined,
  fits: (value: string) => boolean,
  message: string,
  indexed = true,
): FieldProblem[] {
  return (values ?? []).flatMap((value, index) =>
    fits(value) ? [] : [{ field: indexed ? `${field}.${index}` : field, message }],
  );
}

function meterProblems({ withinMeters, beyondMeters }: IncidentFilter): FieldProblem[] {
  const problems = Object.entries({ withinMeters, beyondMeters }).flatMap(([field, meters]) => {
    const fits = !isGiven(meters) || (meters >= 0 && meters <= MAX_METERS);
    return fits ? [] : [{ field, message: `must be from 0 to ${MAX_METERS.toLocaleString('en')}` }];
  });
  if (problems.length > 0 || !isGiven(withinMeters) || !isGiven(beyondMeters)) return problems;
  return beyondMeters >= withinMeters
    ? [{ field: 'beyondMeters', message: 'must be less than withinMeters' }]
    : [];
}

function textProblems(text: string | null | undefined): FieldProblem[] {
  if (!isGiven(text)) return [];
  const field = 'text';
  if (text.length > MAX_TEXT) return [{ field, message: `must have at most ${MAX_TEXT} letters` }];
  const words = noteWords(text).length;
  if (words === 0) return [{ field, message: 'must hold a word of two letters or digits' }];
  return words > MAX_WORDS ? [{ field, message: `must have at most ${MAX_WORDS} words` }] : [];
}

function boxProblems(box: BoundingBox | null | undefined): FieldProblem[] {
  if (!box) return [];
  const edges = [
    ...(['south', 'north'] as const).map((edge) => ({ edge, most: 90 })),
    ...(['west', 'east'] as const).map((edge) => ({ edge, most: HALF_TURN })),
  ];
  const problems = edges.flatMap(({ edge, most }) =>
    Math.abs(box[edge]) <= most
      ? []
      : [{ field: `box.${edge}`, message: `must be from -${most} to ${most} degrees` }],
  );
  if (problems.length > 0) return problems;
  if (box.south >= box.north)
    problems.push({ field: 'box.north', message: 'must be north of box.south' });
  const width = box.east - box.west;
  if (width === 0 || (width < 0 && width + 2 * HALF_TURN > HALF_TURN))
    problems.push({ field: 'box.east', message: 'must be east of box.west' });
  return problems;
}

function cellProblems(cell: string | null | undefined): FieldProblem[] {
  if (!isGiven(cell)) return [];
  const field = 'cell';
  if (!/^[0-9a-f]{15}$/.test(cell) || !isValidCell(cell))
    return [
      { field, message: 'must be an H3 cell: 15 hexadecimal digits, such as 8744a9a4bffffff' },
    ];
  return getResolution(cell) > FINEST_CELL
    ? [{ field, message: `must be of resolution 0 to ${FINEST_CELL}` }]
    : [];
}

const isGiven = <T>(value: T | null | undefined): value is T =>
  value !== null && value !== undefined;
