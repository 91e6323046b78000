import type { NoticeKind } from '../alerts/notice.js';
import { Conflict, Forbidden } from '../platform/errors.js';

export const INCIDENT_STATES = [
  'UNVERIFIED',
  'ACTIVE',
  'CLEARED',
  'RETRACTED',
  'DISMISSED',
  'EXPIRED',
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export const OPEN_STATES = ['UNVERIFIED', 'ACTIVE'] as const satisfies IncidentState[];

export const ACTIONS = [
  'FILE',
  'VERIFY',
  'DISMISS',
  'UPDATE',
  'CLEAR',
  'RETRACT',
  'EXPIRE',
] as const;
export type Action = (typeof ACTIONS)[number];

export const DISMISSALS = ['UNFOUNDED', 'UNABLE_TO_VERIFY', 'DUPLICATE'] as const;
export type DismissalName = (typeof DISMISSALS)[number];

export interface Transition {
  to: IncidentState;
  /** The message the public gets, if any. */
  notice: NoticeKind | null;
  /** The entry in the ledger. */
  entry: string;
}

type Table = { [S in IncidentState]: { [A in Action]?: Transition } };

/** DESIGN §4, line by line. What is not here is impossible. */
export const TABLE: Table = {
  UNVERIFIED: {
    FILE: { to: 'UNVERIFIED', notice: null, entry: 'report.filed' },
    VERIFY: { to: 'ACTIVE', notice: 'ALERT', entry: 'incident.verified' },
    DISMISS: { to: 'DISMISSED', notice: null, entry: 'incident.dismissed' },
  },
  ACTIVE: {
    FILE: { to: 'ACTIVE', notice: null, entry: 'report.filed' },
    UPDATE: { to: 'ACTIVE', notice: 'UPDATE', entry: 'incident.updated' },
    CLEAR: { to: 'CLEARED', notice: 'ALL_CLEAR', entry: 'incident.cleared' },
    RETRACT: { to: 'RETRACTED', notice: 'RETRACTION', entry: 'incident.retracted' },
    EXPIRE: { to: 'EXPIRED', notice: null, entry: 'incident.expired' },
  },
  CLEARED: {
    RETRACT: { to: 'RETRACTED', notice: 'RETRACTION', entry: 'incident.retracted' },
  },
  RETRACTED: {},
  DISMISSED: {},
  EXPIRED: {},
};

/** A report that opens an incident. */
export const OPENING: Transition = { to: 'UNVERIFIED', notice: null, entry: 'report.filed' };

const WORDS: Record<Action, string> = {
  FILE: 'take another report',
  VERIFY: 'be verified',
  DISMISS: 'be dismissed',
  UPDATE: 'be updated',
  CLEAR: 'be cleared',
  RETRACT: 'be retracted',
  EXPIRE: 'expire',
};

/** @throws Conflict when the table has no such step. */
export function transition(from: IncidentState, action: Action): Transition {
  const step = TABLE[from][action];
  if (step) return step;
  const possible = Object.entries(TABLE)
    .filter(([, actions]) => actions[action])
    .map(([state]) => state);
  throw new Conflict(
    `This incident is ${from} and cannot ${WORDS[action]}: that takes ${possible.join(' or ')}.`,
  );
}

/** What a second person must do. Ending or withdrawing is open to all: a correction never waits. */
const NEEDS_SECOND_PERSON: ReadonlySet<Action> = new Set(['VERIFY', 'UPDATE']);

/** @throws Forbidden when an author of a report of the incident would tell the public of it. */
export function requireSecondPerson(
  action: Action,
  actorId: string,
  authorIds: ReadonlySet<string>,
): void {
  if (NEEDS_SECOND_PERSON.has(action) && authorIds.has(actorId))
    throw new Forbidden(
      'You wrote a report of this incident: somebody else must verify, extend or widen it. You may clear or retract it.',
    );
}

/** Whether nothing more can happen but a retraction. */
export const isOpen = (state: IncidentState): boolean =>
  (OPEN_STATES as readonly IncidentState[]).includes(state);
