import type { NoticeKind } from '../alerts/notice.js';
import { Conflict } from '../platform/errors.js';

export const INCIDENT_STATES = [
  'UNVERIFIED',
  'ACTIVE',
  'CLEARED',
  'RETRACTED',
  'DISMISSED',
  'EXPIRED',
  /** A second person confirmed it after it was over: a fact for the record, told to nobody. */
  'RECORDED',
  /** Its reports belong to another incident now. */
  'MERGED',
] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export const OPEN_STATES = ['UNVERIFIED', 'ACTIVE'] as const satisfies IncidentState[];

export const ACTIONS = [
  'FILE',
  'PROPOSE',
  'APPROVE',
  'REJECT',
  'LAPSE',
  'VERIFY',
  'CORROBORATE',
  'RECORD',
  'DISMISS',
  'UPDATE',
  'CLEAR',
  'RETRACT',
  'EXPIRE',
  'MERGE',
  'TAKE_IN',
  'SPLIT',
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

const filed = (to: IncidentState): Transition => ({ to, notice: null, entry: 'report.filed' });
const quiet = (to: IncidentState, entry: string): Transition => ({ to, notice: null, entry });

const RETRACT: Transition = { to: 'RETRACTED', notice: 'RETRACTION', entry: 'incident.retracted' };
const TAKE_IN = 'incident.merged';
const SPLIT = 'incident.split';

/**
 * DESIGN §4, and what trust adds to it: approval, corroboration, late reports, merging, splitting.
 * What is not here is impossible.
 */
export const TABLE: Table = {
  UNVERIFIED: {
    FILE: filed('UNVERIFIED'),
    VERIFY: { to: 'ACTIVE', notice: 'ALERT', entry: 'incident.verified' },
    // A wide alert: one dispatcher proposes, another approves.
    PROPOSE: quiet('UNVERIFIED', 'incident.proposed'),
    APPROVE: { to: 'ACTIVE', notice: 'ALERT', entry: 'incident.verified' },
    REJECT: quiet('UNVERIFIED', 'incident.proposal-rejected'),
    LAPSE: quiet('UNVERIFIED', 'incident.proposal-lapsed'),
    CORROBORATE: { to: 'ACTIVE', notice: 'ALERT', entry: 'incident.corroborated' },
    RECORD: quiet('RECORDED', 'incident.recorded'),
    DISMISS: quiet('DISMISSED', 'incident.dismissed'),
    MERGE: quiet('MERGED', 'incident.merged'),
    TAKE_IN: quiet('UNVERIFIED', TAKE_IN),
    SPLIT: quiet('UNVERIFIED', SPLIT),
  },
  ACTIVE: {
    FILE: filed('ACTIVE'),
    UPDATE: { to: 'ACTIVE', notice: 'UPDATE', entry: 'incident.updated' },
    CLEAR: { to: 'CLEARED', notice: 'ALL_CLEAR', entry: 'incident.cleared' },
    RETRACT,
    EXPIRE: quiet('EXPIRED', 'incident.expired'),
    MERGE: quiet('MERGED', 'incident.merged'),
    TAKE_IN: quiet('ACTIVE', TAKE_IN),
    SPLIT: quiet('ACTIVE', SPLIT),
  },
  CLEARED: {
    FILE: filed('CLEARED'),
    RETRACT,
    TAKE_IN: quiet('CLEARED', TAKE_IN),
    SPLIT: quiet('CLEARED', SPLIT),
  },
  // Families were told of it too: if it was wrong, they are told that.
  EXPIRED: {
    FILE: filed('EXPIRED'),
    RETRACT,
    TAKE_IN: quiet('EXPIRED', TAKE_IN),
    SPLIT: quiet('EXPIRED', SPLIT),
  },
  // They take no other in, but what had been merged into them can be taken apart again.
  RETRACTED: { FILE: filed('RETRACTED'), SPLIT: quiet('RETRACTED', SPLIT) },
  DISMISSED: { FILE: filed('DISMISSED'), SPLIT: quiet('DISMISSED', SPLIT) },
  RECORDED: {
    FILE: filed('RECORDED'),
    TAKE_IN: quiet('RECORDED', TAKE_IN),
    SPLIT: quiet('RECORDED', SPLIT),
  },
  // It comes back when its reports are split off again (merge.ts says to which state).
  MERGED: {},
};

/** A report that opens an incident. */
export const OPENING: Transition = filed('UNVERIFIED');

const WORDS: Record<Action, string> = {
  FILE: 'take another report',
  PROPOSE: 'be verified',
  APPROVE: 'be approved',
  REJECT: 'have a proposal rejected',
  LAPSE: 'have a proposal lapse',
  VERIFY: 'be verified',
  CORROBORATE: 'be corroborated',
  RECORD: 'be recorded',
  DISMISS: 'be dismissed',
  UPDATE: 'be updated',
  CLEAR: 'be cleared',
  RETRACT: 'be retracted',
  EXPIRE: 'expire',
  MERGE: 'be merged into another',
  TAKE_IN: 'take another in',
  SPLIT: 'be split',
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

/** Whether it waits for a decision, or goes on. */
export const isOpen = (state: IncidentState): boolean =>
  (OPEN_STATES as readonly IncidentState[]).includes(state);
