import { Conflict } from '../platform/errors.js';
import {
  ACTIONS,
  INCIDENT_STATES,
  OPENING,
  TABLE,
  isOpen,
  transition,
  type Action,
  type IncidentState,
} from './incident-lifecycle.js';

/** DESIGN §4 and docs/architecture.md, written again by hand: from, action, to, message. */
const EXPECTED: [IncidentState, Action, IncidentState, string | null][] = [
  ['UNVERIFIED', 'FILE', 'UNVERIFIED', null],
  ['UNVERIFIED', 'VERIFY', 'ACTIVE', 'ALERT'],
  ['UNVERIFIED', 'PROPOSE', 'UNVERIFIED', null],
  ['UNVERIFIED', 'APPROVE', 'ACTIVE', 'ALERT'],
  ['UNVERIFIED', 'REJECT', 'UNVERIFIED', null],
  ['UNVERIFIED', 'LAPSE', 'UNVERIFIED', null],
  ['UNVERIFIED', 'CORROBORATE', 'ACTIVE', 'ALERT'],
  ['UNVERIFIED', 'RECORD', 'RECORDED', null],
  ['UNVERIFIED', 'DISMISS', 'DISMISSED', null],
  ['UNVERIFIED', 'MERGE', 'MERGED', null],
  ['UNVERIFIED', 'TAKE_IN', 'UNVERIFIED', null],
  ['UNVERIFIED', 'SPLIT', 'UNVERIFIED', null],
  ['ACTIVE', 'FILE', 'ACTIVE', null],
  ['ACTIVE', 'UPDATE', 'ACTIVE', 'UPDATE'],
  ['ACTIVE', 'CLEAR', 'CLEARED', 'ALL_CLEAR'],
  ['ACTIVE', 'RETRACT', 'RETRACTED', 'RETRACTION'],
  ['ACTIVE', 'EXPIRE', 'EXPIRED', null],
  ['ACTIVE', 'MERGE', 'MERGED', null],
  ['ACTIVE', 'TAKE_IN', 'ACTIVE', null],
  ['ACTIVE', 'SPLIT', 'ACTIVE', null],
  ['CLEARED', 'FILE', 'CLEARED', null],
  ['CLEARED', 'RETRACT', 'RETRACTED', 'RETRACTION'],
  ['CLEARED', 'TAKE_IN', 'CLEARED', null],
  ['CLEARED', 'SPLIT', 'CLEARED', null],
  ['EXPIRED', 'FILE', 'EXPIRED', null],
  ['EXPIRED', 'RETRACT', 'RETRACTED', 'RETRACTION'],
  ['EXPIRED', 'TAKE_IN', 'EXPIRED', null],
  ['EXPIRED', 'SPLIT', 'EXPIRED', null],
  ['RETRACTED', 'FILE', 'RETRACTED', null],
  ['RETRACTED', 'SPLIT', 'RETRACTED', null],
  ['DISMISSED', 'FILE', 'DISMISSED', null],
  ['DISMISSED', 'SPLIT', 'DISMISSED', null],
  ['RECORDED', 'FILE', 'RECORDED', null],
  ['RECORDED', 'TAKE_IN', 'RECORDED', null],
  ['RECORDED', 'SPLIT', 'RECORDED', null],
];

describe('the lifecycle', () => {
  const every = INCIDENT_STATES.flatMap((from) => ACTIONS.map((action) => [from, action] as const));

  it.each(every)('%s + %s', (from, action) => {
    const expected = EXPECTED.find(([state, what]) => state === from && what === action);
    if (!expected) return expect(() => transition(from, action)).toThrow(Conflict);
    const [, , to, notice] = expected;
    expect(transition(from, action)).toMatchObject({ to, notice });
  });

  it('reaches every state from a filed report', () => {
    const reached = new Set<IncidentState>([OPENING.to]);
    for (const state of reached)
      for (const step of Object.values(TABLE[state])) reached.add(step.to);
    expect([...reached].sort()).toEqual([...INCIDENT_STATES].sort());
  });

  it('has three ways to an alert, each through the gate', () => {
    const ways = every.filter(([from, action]) => TABLE[from][action]?.notice === 'ALERT');
    expect(ways).toEqual([
      ['UNVERIFIED', 'APPROVE'],
      ['UNVERIFIED', 'VERIFY'],
      ['UNVERIFIED', 'CORROBORATE'],
    ]);
  });

  it('ends, with a message, whatever the public was told of', () => {
    for (const state of INCIDENT_STATES) {
      const told = ['ACTIVE', 'CLEARED', 'EXPIRED'].includes(state);
      expect(TABLE[state].RETRACT?.notice).toBe(told ? 'RETRACTION' : undefined);
    }
  });

  it('takes late reports in every state but MERGED, whose reports are elsewhere', () => {
    for (const state of INCIDENT_STATES) {
      const step = TABLE[state].FILE;
      if (state === 'MERGED') expect(step).toBeUndefined();
      else expect(step).toMatchObject({ to: state, notice: null });
    }
  });

  it('calls open what is not over', () => {
    expect(INCIDENT_STATES.filter(isOpen)).toEqual(['UNVERIFIED', 'ACTIVE']);
  });
});
