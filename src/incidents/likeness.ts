import type { ActivityName, AgencyName } from '../alerts/notice.js';
import { distanceMeters } from '../geo/distance.js';

/** An incident, as far as its likeness to another is concerned. */
export interface Trace {
  latitude: number;
  longitude: number;
  firstObservedAt: Date;
  lastObservedAt: Date;
  activity: ActivityName;
  agency: AgencyName;
}

export const LIKENESS_REASONS = ['PLACE', 'TIME', 'ACTIVITY', 'AGENCY'] as const;
export type LikenessReason = (typeof LIKENESS_REASONS)[number];

export interface Likeness {
  /** 0 to 1 */
  score: number;
  /** What speaks for it, in the order of {@link LIKENESS_REASONS}; none when the score is 0. */
  reasons: {
    kind: LikenessReason;
    /** 0 to 1, its share of the score: together they are the score. */
    weight: number;
    /** Whole meters for PLACE, minutes apart for TIME, rounded up (0: overlapping), else null. */
    measure: number | null;
  }[];
}

/** From this score on a duplicate is suggested. */
export const SUGGESTED_SCORE = 0.5;
/** From here on the score is 0: for the query that reads candidates. */
export const LIKE_METERS = 3_000;
export const LIKE_MINUTES = 180;

/**
 * What each reason counts for, in hundredths.
 *
 * Two incidents at one place and time are suggested whatever was seen there, for witnesses name
 * things differently; with all else alike, up to about 1.6 km or an hour and a half apart.
 */
const WEIGHTS: Record<LikenessReason, { weight: number; reason: string }> = {
  PLACE: { weight: 35, reason: 'what happens at one place is most often one event' },
  ACTIVITY: { weight: 30, reason: 'what was seen tells two events at one corner apart' },
  TIME: { weight: 25, reason: 'reports come in late, and an event lasts: less telling than place' },
  AGENCY: { weight: 10, reason: 'uniforms and vests are easily mistaken: a hint' },
};

/** What one event may look like to two people; counts half. */
const RELATED_ACTIVITIES: readonly ActivityName[][] = [
  ['STAGING', 'SURVEILLANCE', 'PRESENCE'],
  ['QUESTIONING', 'VEHICLE_STOP', 'CHECKPOINT', 'ARREST'],
  ['CAMPUS_ENTRY_SOUGHT', 'CAMPUS_ENTRY'],
];
/** The one is a part of the other; counts half. */
const RELATED_AGENCIES: readonly AgencyName[][] = [
  ['ICE', 'ICE_ERO'],
  ['ICE', 'ICE_HSI'],
];

const HALF = 0.5;
const MINUTE = 60_000;

/**
 * How alike two incidents are: 1 for the same trace, 0 when they are {@link LIKE_METERS} or
 * {@link LIKE_MINUTES} apart or more, and smooth in between. Nearness in place and in time are
 * factors of every share, because neither makes up for the other. An agency that is unknown on one
 * side counts neither for nor against: the other reasons share its weight.
 */
export function likeness(a: Trace, b: Trace): Likeness {
  const meters = distanceMeters(a, b);
  const minutes = minutesApart(a, b);
  const near = fading(meters / LIKE_METERS) * fading(minutes / LIKE_MINUTES);
  const agencyKnown = a.agency !== 'UNKNOWN' && b.agency !== 'UNKNOWN';
  const parts: { kind: LikenessReason; fit: number; measure: number | null }[] = [
    { kind: 'PLACE', fit: 1, measure: Math.round(meters) },
    { kind: 'TIME', fit: 1, measure: Math.ceil(minutes) },
    { kind: 'ACTIVITY', fit: fitting(a.activity, b.activity, RELATED_ACTIVITIES), measure: null },
  ];
  if (agencyKnown)
    parts.push({
      kind: 'AGENCY',
      fit: fitting(a.agency, b.agency, RELATED_AGENCIES),
      measure: null,
    });
  const whole = sum(parts.map(({ kind }) => WEIGHTS[kind].weight));
  const share = (hundredths: number) => (near * hundredths) / whole;
  return {
    score: share(sum(parts.map(({ kind, fit }) => WEIGHTS[kind].weight * fit))),
    reasons: parts
      .map(({ kind, fit, measure }) => ({
        kind,
        weight: share(WEIGHTS[kind].weight * fit),
        measure,
      }))
      .filter(({ weight }) => weight > 0),
  };
}

/** 1 at 0, 0 from 1 on, level at both ends: a few meters or minutes more never matter much. */
const fading = (part: number): number => (part < 1 ? (1 - part * part) ** 2 : 0);

function fitting<T>(a: T, b: T, related: readonly T[][]): number {
  if (a === b) return 1;
  return related.some((group) => group.includes(a) && group.includes(b)) ? HALF : 0;
}

/** Minutes from the end of the earlier to the start of the later; 0 when they overlap. */
function minutesApart(a: Trace, b: Trace): number {
  const gap = (earlier: Trace, later: Trace) =>
    (later.firstObservedAt.getTime() - earlier.lastObservedAt.getTime()) / MINUTE;
  return Math.max(0, gap(a, b), gap(b, a));
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
