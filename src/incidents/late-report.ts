import { distanceMeters } from '../geo/distance.js';
import { isOpen, type IncidentState } from './incident-lifecycle.js';
import { JOIN_METERS, JOIN_MINUTES, type Sighting } from './sighting.js';

export interface Candidate {
  id: string;
  state: IncidentState;
  latitude: number;
  longitude: number;
  firstObservedAt: Date;
  lastObservedAt: Date;
  /** When families were last told that it is on; null: they were told nothing. */
  confirmedAt: Date | null;
  endedAt: Date | null;
}

/** A report that is filed this long after it was observed is late: its phone was offline. */
export const LATE_MINUTES = 30;

type Takes = 'ANY' | 'LATE' | 'NONE';

/** What an incident takes by its state; one that is over, only what was seen before its end. */
const TAKES: Record<IncidentState, { takes: Takes; reason: string }> = {
  UNVERIFIED: { takes: 'ANY', reason: 'it is being decided, and every report helps' },
  ACTIVE: { takes: 'ANY', reason: 'it is going on' },
  CLEARED: { takes: 'ANY', reason: 'somebody saw it end, so what was seen before is part of it' },
  EXPIRED: { takes: 'LATE', reason: 'nobody saw it end: a fresh report may say that it goes on' },
  RETRACTED: { takes: 'LATE', reason: 'a fresh report may say that it was right after all' },
  DISMISSED: { takes: 'LATE', reason: 'a fresh report may say what could not be verified' },
  RECORDED: { takes: 'LATE', reason: 'it was over when it was verified: a fresh report is news' },
  MERGED: { takes: 'NONE', reason: 'its reports belong to another incident, which is a candidate' },
};

const MINUTE = 60_000;

/**
 * The incident the sighting belongs to by the time it was observed, or undefined: it opens one of
 * its own, for a dispatcher to see.
 *
 * Only an incident within {@link JOIN_METERS} whose time is within {@link JOIN_MINUTES} of the
 * sighting comes into question: from its first to its last observation, and on for as long as families
 * were told that it is on; and of those that are over only one that takes it by its state.
 * A fresh report joins an open one before any that is over, the nearest in place. A late one joins
 * the nearest in time, for a new incident may have begun since; of equals an open one. The same for
 * the candidates in any order: what is still equal is settled by id.
 */
export function belongsTo<T extends Candidate>(
  sighting: Pick<Sighting, 'latitude' | 'longitude' | 'observedAt'>,
  candidates: readonly T[],
  filedAt: Date,
): T | undefined {
  const late = minutesBetween(sighting.observedAt, filedAt) > LATE_MINUTES;
  const [first] = candidates
    .map((incident) => ({
      incident,
      meters: distanceMeters(incident, sighting),
      minutes: minutesApart(incident, sighting.observedAt),
      over: isOpen(incident.state) ? 0 : 1,
    }))
    .filter(({ meters, minutes }) => meters <= JOIN_METERS && minutes <= JOIN_MINUTES)
    .filter(({ incident }) => takes(incident, sighting.observedAt, late))
    .sort((a, b) => (late ? byTime(a, b) : byState(a, b)) || byId(a.incident, b.incident));
  return first?.incident;
}

interface Near {
  meters: number;
  minutes: number;
  /** 0: open. */
  over: number;
}

const byTime = (a: Near, b: Near): number =>
  a.minutes - b.minutes || a.over - b.over || a.meters - b.meters;

/** Among open ones the time says little: both are going on. */
const byState = (a: Near, b: Near): number =>
  a.over - b.over || (a.over && a.minutes - b.minutes) || a.meters - b.meters;

function takes({ state, endedAt }: Candidate, observedAt: Date, late: boolean): boolean {
  const rule = TAKES[state].takes;
  if (rule === 'NONE' || (rule === 'LATE' && !late)) return false;
  return isOpen(state) || (endedAt !== null && observedAt <= endedAt);
}

/** Minutes before or after the time of the incident; 0 in it. */
function minutesApart(incident: Candidate, observedAt: Date): number {
  const { firstObservedAt, lastObservedAt, confirmedAt, endedAt } = incident;
  const told = confirmedAt ? minutesBetween(endedAt ?? observedAt, observedAt) : Infinity;
  return Math.max(
    0,
    minutesBetween(observedAt, firstObservedAt),
    Math.min(minutesBetween(lastObservedAt, observedAt), told),
  );
}

const minutesBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / MINUTE;

const byId = (a: Candidate, b: Candidate): number => (a.id < b.id ? -1 : 1);
