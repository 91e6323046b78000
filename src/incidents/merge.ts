import { Conflict } from '../platform/errors.js';
import type { IncidentState } from './incident-lifecycle.js';

/** One side of a merge. */
export interface Side {
  id: string;
  state: IncidentState;
  drillId: string | null;
  expiresAt: Date | null;
  endedAt: Date | null;
  clearedAt: Date | null;
  correctedAt: Date | null;
}

type Ending = Pick<Side, 'state' | 'endedAt' | 'clearedAt' | 'correctedAt'>;

/**
 * Which incidents may take which in. What families were told of goes on only in an incident they
 * can be told the end of; what is over takes in reports, and raises nothing.
 */
const INTO: Partial<Record<IncidentState, readonly IncidentState[]>> = {
  UNVERIFIED: ['UNVERIFIED', 'ACTIVE', 'CLEARED', 'EXPIRED', 'RECORDED'],
  ACTIVE: ['ACTIVE'],
};

/** @throws Conflict when the two cannot become one. */
export function requireMergeable(from: Side, into: Side): void {
  if (from.id === into.id) throw new Conflict('These are one incident already.');
  if (from.drillId !== into.drillId)
    throw new Conflict('What is real and a drill, or two drills, cannot become one.');
  const allowed = INTO[from.state];
  if (!allowed)
    throw new Conflict(`This incident is ${from.state}: only one that is open can be merged.`);
  if (!allowed.includes(into.state))
    throw new Conflict(
      from.state === 'ACTIVE'
        ? `Families were told of the first: merge it into an ACTIVE incident, not one that is ${into.state}; or merge the other into it.`
        : `An incident that is ${into.state} takes no other in.`,
    );
}

/** Ends of which families are told, also those of what had been merged into it. */
const TOLD_ENDS: ReadonlySet<IncidentState> = new Set(['CLEARED', 'RETRACTED']);

/**
 * The state in which a merged incident stands alone again. What was active is active until its own
 * time is up, unless its families were told meanwhile how the incident it was in has ended: then that
 * is its end, too.
 */
export function restoredState(
  before: IncidentState,
  from: Pick<Side, 'expiresAt'>,
  { state, endedAt, clearedAt, correctedAt }: Ending,
  now: Date,
): Ending {
  const open = { endedAt: null, clearedAt: null, correctedAt: null };
  if (before !== 'ACTIVE') return { state: before, ...open };
  if (TOLD_ENDS.has(state)) return { state, endedAt: endedAt ?? now, clearedAt, correctedAt };
  if (from.expiresAt && from.expiresAt <= now)
    return { state: 'EXPIRED', ...open, endedAt: from.expiresAt };
  return { state: 'ACTIVE', ...open };
}

/**
 * The merge that brought exactly these reports, the latest first: then splitting them off undoes it.
 */
export function mergeOf<T extends { reportIds: readonly string[]; mergedAt: Date }>(
  reportIds: ReadonlySet<string>,
  merges: readonly T[],
): T | undefined {
  return [...merges]
    .sort((a, b) => b.mergedAt.getTime() - a.mergedAt.getTime())
    .find(
      (merge) =>
        merge.reportIds.length === reportIds.size &&
        merge.reportIds.every((id) => reportIds.has(id)),
    );
}
