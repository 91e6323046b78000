import { Conflict, Forbidden, RateLimited } from '../platform/errors.js';
import {
  transition,
  type Action,
  type IncidentState,
  type Transition,
} from './incident-lifecycle.js';
import type { WideReason } from './wide-alert.js';

/** What is decided about. */
export interface Case {
  state: IncidentState;
  drill: boolean;
  /** Who wrote its reports. */
  authorIds: ReadonlySet<string>;
  lastObservedAt: Date;
  /** A wide alert that waits for a second dispatcher. */
  proposal: { by: string; byAdmin: boolean; lapsesAt: Date } | null;
}

/** Who decides. */
export interface Decider {
  id: string;
  admin: boolean;
}

/** How things stand at the moment of a decision that would tell the public. */
export interface Circumstances {
  now: Date;
  paused: boolean;
  /** It belongs to a drill that has ended. */
  drillOver: boolean;
  /** Alerts of the district in the last hour, and how many there may be without an admin. */
  alertsThisHour: number;
  ceiling: number;
  /** Why the alert would be a wide one; empty when it is not. */
  wide: readonly WideReason[];
}

/** Observed longer ago than this it is over, or nobody knows: families are not told of it as news. */
export const TELLABLE_MINUTES = 120;

/** What a second person must do. Ending or withdrawing is open to all: a correction never waits. */
const NEEDS_SECOND_PERSON: ReadonlySet<Action> = new Set([
  'VERIFY',
  'PROPOSE',
  'APPROVE',
  'RECORD',
  'UPDATE',
]);

/**
 * Whether the table has the step and this person may take it, before anything else is looked up.
 * In a drill, and only there, one person may play every part.
 * @throws Conflict, Forbidden
 */
export function admit(
  the: Pick<Case, 'state' | 'drill' | 'authorIds'>,
  action: Action,
  decider: Pick<Decider, 'id'>,
): Transition {
  const step = transition(the.state, action);
  if (!the.drill) requireSecondPerson(action, decider.id, the.authorIds);
  return step;
}

/**
 * Whether the step may be taken as things stand; a VERIFY that would be a wide alert becomes a
 * PROPOSE. In a drill no ceiling holds; a pause holds there too.
 * @throws Conflict, Forbidden, RateLimited
 */
export function rule(
  the: Case,
  action: Action,
  decider: Decider,
  circumstances: Circumstances,
): { action: Action; step: Transition } {
  const step = admit(the, action, decider);
  if (action === 'RECORD') requireOver(the, circumstances.now);
  if (step.notice !== 'ALERT') return { action, step };
  if (action === 'CORROBORATE' && (the.drill || circumstances.wide.length > 0))
    throw new Forbidden('Corroboration alone is not enough here: a dispatcher must decide.');
  const proposal = action === 'APPROVE' ? requireApproval(the, decider, circumstances.now) : null;
  requireTellable(the, decider.admin || Boolean(proposal?.byAdmin), circumstances);
  if (action !== 'VERIFY' || the.drill || circumstances.wide.length === 0) return { action, step };
  if (the.proposal && circumstances.now < the.proposal.lapsesAt)
    throw new Conflict(
      'A wide alert of this incident waits for approval: approve it, reject it, or choose a smaller radius.',
    );
  return { action: 'PROPOSE', step: transition(the.state, 'PROPOSE') };
}

/** @throws Forbidden when an author of a report of the incident would tell the public of it. */
function requireSecondPerson(
  action: Action,
  actorId: string,
  authorIds: ReadonlySet<string>,
): void {
  if (NEEDS_SECOND_PERSON.has(action) && authorIds.has(actorId))
    throw new Forbidden(
      'You wrote a report of this incident: somebody else must verify, extend or widen it. You may clear or retract it.',
    );
}

/** The proposal still stands, and neither it nor its approval is an author's or one person's work. */
function requireApproval(the: Case, decider: Decider, now: Date): NonNullable<Case['proposal']> {
  const { proposal } = the;
  if (!proposal || proposal.lapsesAt <= now)
    throw new Conflict('No wide alert of this incident waits for approval (any more).');
  if (the.drill) return proposal;
  if (proposal.by === decider.id)
    throw new Forbidden('You proposed this alert: another dispatcher must approve it.');
  if (the.authorIds.has(proposal.by))
    throw new Forbidden(
      'Whoever proposed this alert has written a report of it since: reject it and verify anew.',
    );
  return proposal;
}

function requireTellable(the: Case, admin: boolean, circumstances: Circumstances): void {
  if (circumstances.paused)
    throw new Conflict('Alerts are paused: an admin must resume them (resumeAlerts) first.');
  if (circumstances.drillOver) throw new Conflict('This drill is over: start another.');
  if (!isTellable(the, circumstances.now))
    throw new Conflict(
      `It was last observed more than ${TELLABLE_MINUTES} minutes ago: families are not told of what is over. Use recordIncident to confirm it for the record.`,
    );
  if (!the.drill && !admin && circumstances.alertsThisHour >= circumstances.ceiling)
    throw new RateLimited(
      `This district had ${circumstances.alertsThisHour} alerts within the hour: an admin must verify any more.`,
    );
}

function requireOver(the: Case, now: Date): void {
  if (isTellable(the, now))
    throw new Conflict(
      `It was observed within the last ${TELLABLE_MINUTES} minutes: verify it, so that families are told.`,
    );
}

/** Whether it was observed so lately that families may be told of it as news. */
export const isTellable = ({ lastObservedAt }: Pick<Case, 'lastObservedAt'>, now: Date): boolean =>
  now.getTime() - lastObservedAt.getTime() <= TELLABLE_MINUTES * 60_000;
