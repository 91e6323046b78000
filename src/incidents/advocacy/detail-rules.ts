import type { FieldProblem } from '../../platform/errors.js';
import {
  DETAIL_FIELDS,
  DETAIL_NAMES,
  type Detail,
  type DetailChanges,
  type DetailField,
  type Details,
  type DetailShape,
} from './detail-fields.js';
import { NO_PAPER, SECOND_HAND, VOCABULARY } from './vocabulary.js';

/** What the times of an incident’s details are held against. */
export interface DetailTimes {
  now: Date;
  firstObservedAt: Date;
}

/** Families may have been told of it before a responder saw it, but hardly this long before. */
const TOLD_AHEAD_HOURS = 24;

/**
 * What of the changes asked for differs from what is recorded; codes are put in the order of their
 * list, so that the same codes are the same value.
 */
export function realChanges(current: Details, asked: DetailChanges): DetailChanges {
  const changes: Record<string, Detail | null> = {};
  for (const field of DETAIL_NAMES) {
    const change = asked[field];
    if (change === undefined) continue;
    const next = change && { ...change, value: inOrder(field, change.value) };
    if (!isSame(current[field] ?? null, next)) changes[field] = next;
  }
  return changes;
}

/**
 * Everything that is wrong with what somebody records, by field as the client wrote it: values that no
 * such field can have, and what contradicts another field as both would stand.
 */
export function detailProblems(
  current: Details,
  asked: DetailChanges,
  times: DetailTimes,
): FieldProblem[] {
  const own = DETAIL_NAMES.flatMap((field) => {
    const detail = asked[field];
    return detail ? ownProblems(field, detail, times) : [];
  });
  return own.length > 0 ? own : contradictions(merged(current, asked), asked);
}

/** What is recorded once the changes are. */
export const merged = (current: Details, changes: DetailChanges): Details =>
  Object.fromEntries(
    Object.entries({ ...current, ...changes }).filter(([, detail]) => Boolean(detail)),
  );

function inOrder(field: DetailField, value: Detail['value']): Detail['value'] {
  const shape = DETAIL_FIELDS[field];
  if (shape.kind !== 'codes') return value;
  return VOCABULARY[shape.of].codes.filter((one) => (value as readonly string[]).includes(one));
}

function isSame(one: Detail | null, other: Detail | null): boolean {
  if (!one || !other) return one === other;
  const words = ({ value, source, certainty }: Detail) =>
    JSON.stringify([value, source, certainty]);
  return words(one) === words(other);
}

function ownProblems(field: DetailField, detail: Detail, times: DetailTimes): FieldProblem[] {
  const wrong = valueProblem(DETAIL_FIELDS[field], detail.value, times);
  const confirmed = detail.certainty === 'CONFIRMED';
  return [
    ...(wrong ? [{ field: `${field}.value`, message: wrong }] : []),
    ...(confirmed && SECOND_HAND.includes(detail.source)
      ? [{ field: `${field}.certainty`, message: SECOND_HAND_ONLY }]
      : []),
    ...(field === 'agencyConfirmed' && !confirmed
      ? [{ field: `${field}.certainty`, message: CONFIRMED_ONLY }]
      : []),
  ];
}

const SECOND_HAND_ONLY =
  'is not CONFIRMED by the media alone: name the source that shows it, or record it as ALLEGED';
const CONFIRMED_ONLY = 'must be CONFIRMED here: what is not goes into agencyClaimed, until it is';

/** What no value of this shape can be; undefined: nothing is wrong. */
function valueProblem(
  shape: DetailShape,
  value: Detail['value'],
  { now, firstObservedAt }: DetailTimes,
): string | undefined {
  switch (shape.kind) {
    case 'code':
      return undefined;
    case 'codes': {
      const list = value as readonly string[];
      if (list.length === 0) return 'must name at least one; null withdraws it';
      const lone = list.find((one) => shape.alone.includes(one));
      return lone && list.length > 1 ? `${lone} stands by itself` : undefined;
    }
    case 'count': {
      const fits = Number.isInteger(value) && shape.from <= +value && +value <= shape.to;
      return fits ? undefined : `must be from ${shape.from} to ${shape.to.toLocaleString('en')}`;
    }
    case 'moment': {
      const at = Date.parse(value as string);
      if (at > now.getTime()) return 'is in the future';
      if (at < firstObservedAt.getTime() - TOLD_AHEAD_HOURS * 3_600_000)
        return `is more than ${TOLD_AHEAD_HOURS} hours before it was first observed`;
      return undefined;
    }
  }
}

/** `field` cannot stand as it does beside the others: says why. */
interface Contradiction {
  field: DetailField;
  beside: readonly DetailField[];
  when: (details: Details) => boolean;
  message: string;
}

const has = (details: Details, field: DetailField, ...values: string[]) =>
  [details[field]?.value ?? []].flat().some((value) => values.includes(String(value)));
const decided = (details: Details) => has(details, 'entryOutcome', 'GRANTED', 'REFUSED');
const hasPaper = ({ authorityShown }: Details) =>
  [authorityShown?.value ?? []].flat().some((one) => !NO_PAPER.includes(String(one)));

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    field: 'entryOutcome',
    beside: ['entrySought'],
    when: (details) => decided(details) && !has(details, 'entrySought', 'YES'),
    message:
      'GRANTED and REFUSED answer a request: entrySought must be YES (nobody asked: ENTERED_WITHOUT_CONSENT)',
  },
  {
    field: 'entryDecidedBy',
    beside: ['entryOutcome'],
    when: (details) => details.entryDecidedBy !== undefined && !decided(details),
    message: 'somebody decided only where entryOutcome is GRANTED or REFUSED',
  },
  {
    field: 'authorityReadByCounsel',
    beside: ['authorityShown'],
    when: (details) => has(details, 'authorityReadByCounsel', 'YES') && !hasPaper(details),
    message: 'counsel can have read only a paper that authorityShown names',
  },
  {
    field: 'schoolPoliceAssisted',
    beside: ['schoolPolicePresent'],
    when: (details) =>
      has(details, 'schoolPoliceAssisted', 'YES') && has(details, 'schoolPolicePresent', 'NO'),
    message: 'cannot be YES while schoolPolicePresent is NO',
  },
  ...(
    ['schoolPolicePresent', 'schoolPoliceAssisted', 'schoolPoliceSharedInformation'] as const
  ).map((field): Contradiction => ({
    field,
    beside: ['schoolPoliceEmployer'],
    when: (details) => has(details, field, 'YES') && has(details, 'schoolPoliceEmployer', 'NONE'),
    message: 'cannot be YES while schoolPoliceEmployer is NONE: the school has no police',
  })),
  {
    field: 'lockdownMinutes',
    beside: ['lockdown'],
    when: (details) =>
      details.lockdownMinutes !== undefined &&
      (!details.lockdown || has(details, 'lockdown', 'NONE')),
    message: 'needs the lockdown whose minutes they are, and that is not NONE',
  },
  {
    field: 'familiesNotifiedAt',
    beside: ['familiesNotified'],
    when: (details) =>
      details.familiesNotifiedAt !== undefined && !has(details, 'familiesNotified', 'YES'),
    message: 'needs familiesNotified to be YES',
  },
  {
    field: 'absences',
    beside: ['absencesBaseline'],
    when: ({ absences, absencesBaseline }) => Boolean(absences) !== Boolean(absencesBaseline),
    message: 'and absencesBaseline say something only together: record, or withdraw, both',
  },
];

function contradictions(details: Details, asked: DetailChanges): FieldProblem[] {
  return CONTRADICTIONS.filter(({ when }) => when(details)).map(({ field, beside, message }) => {
    // What stood before agreed: one of them was asked for just now.
    const changed = [field, ...beside].find((one) => asked[one] !== undefined) ?? field;
    const named = asked[changed] ? `${changed}.value` : changed;
    return { field: named, message: changed === field ? message : `${field} ${message}` };
  });
}
