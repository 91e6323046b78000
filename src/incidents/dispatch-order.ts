import type { CapSeverity, CapUrgency } from '../alerts/cap.js';
import { MOST_CORROBORATING } from './corroboration.js';

/**
 * What a dispatcher decides: a wide alert waits for a second dispatcher; an incident is not
 * verified; an active one lapses within ten minutes unless somebody confirms it; one that nobody
 * decided in time is over, and is recorded or dismissed.
 */
export const NEEDS = ['APPROVE', 'VERIFY', 'CONFIRM', 'RECORD'] as const;
export type Need = (typeof NEEDS)[number];

export interface Waiting {
  id: string;
  need: Need;
  severity: CapSeverity;
  urgency: CapUrgency;
  /** Since when it has waited for a decision. */
  since: Date;
  /** At least one report is first-hand. */
  firsthand: boolean;
  /** Independent people who say so. */
  corroborating: number;
  /** When nothing can be decided any more: the pending approval or the alert lapses. */
  lapses: Date | null;
}

/*
 * All weights are in minutes of waiting: what weighs 30 comes where it would come without that
 * weight half an hour later.
 *
 * | what              | weight   | reason                                                         |
 * | ----------------- | -------- | -------------------------------------------------------------- |
 * | severity          | 0 to 240 | most: a step is worth more than the next three together, so    |
 * |                   |          | that of two that wait as long the graver comes first           |
 * | first-hand        | 30       | the likeliest to be right, and the quickest to ask back        |
 * | urgency           | 0 to 20  | what happens now before what is expected                       |
 * | corroborating     | 0 to 20  | 4 a person, up to five: the decision is easier, and more is on |
 * | need              | 0 to 40  | APPROVE: verified, and thousands are not told yet; CONFIRM:    |
 * |                   |          | families were told, and must not be left with an old word      |
 * | lapses            | 0 to 60  | rises by 6 a minute over the last ten: soon it is too late     |
 * | waiting           | 1/minute | without end, so that nothing starves                           |
 */

/** Steps of 80, above 70: the most that first-hand, urgency and corroborating add up to. */
const SEVERITY: Record<CapSeverity, number> = {
  Extreme: 240,
  Severe: 160,
  Moderate: 80,
  Minor: 0,
  /** It may be a moderate one. */
  Unknown: 80,
};
const FIRSTHAND = 30;
const URGENCY: Record<CapUrgency, number> = {
  Immediate: 20,
  Expected: 10,
  Future: 5,
  Past: 0,
  Unknown: 10,
};
const EACH_CORROBORATING = 4;
const NEED: Record<Need, number> = { APPROVE: 40, CONFIRM: 20, VERIFY: 0, RECORD: 0 };
const LAPSING_MINUTES = 10;
const EACH_LAPSING_MINUTE = 6;

const MINUTE = 60_000;

/** How much it should come first, in minutes of waiting, 0 or more; higher first. */
export function urgencyOf(waiting: Waiting, now: Date): number {
  const { severity, urgency, firsthand, corroborating, need, since, lapses } = waiting;
  return (
    SEVERITY[severity] +
    URGENCY[urgency] +
    (firsthand ? FIRSTHAND : 0) +
    EACH_CORROBORATING * clamp(corroborating, MOST_CORROBORATING) +
    NEED[need] +
    EACH_LAPSING_MINUTE * lapsing(lapses, now) +
    // Not in whole minutes: two that wait must not change places back and forth.
    Math.max(0, minutesFrom(since, now))
  );
}

/**
 * What families can still be told of first, then what is only for the record; of both the most
 * urgent first, of equals the one that has waited longest, then by id.
 */
export function inOrder<T extends Waiting>(all: readonly T[], now: Date): T[] {
  return all
    .map((waiting) => ({ waiting, score: urgencyOf(waiting, now) }))
    .sort(
      (a, b) =>
        Number(a.waiting.need === 'RECORD') - Number(b.waiting.need === 'RECORD') ||
        b.score - a.score ||
        a.waiting.since.getTime() - b.waiting.since.getTime() ||
        Number(a.waiting.id > b.waiting.id) - Number(a.waiting.id < b.waiting.id),
    )
    .map(({ waiting }) => waiting);
}

/** Whole minutes, never negative. */
export const minutesWaiting = (since: Date, now: Date): number =>
  Math.max(0, Math.floor(minutesFrom(since, now)));

/** How many of its last ten minutes are gone: 0 before them, 10 from the end on. */
const lapsing = (lapses: Date | null, now: Date): number =>
  lapses === null ? 0 : clamp(LAPSING_MINUTES - minutesFrom(now, lapses), LAPSING_MINUTES);

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most);

const minutesFrom = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / MINUTE;
