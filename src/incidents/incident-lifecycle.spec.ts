import { Conflict, Forbidden } from '../platform/errors.js';
import {
  ACTIONS,
  INCIDENT_STATES,
  OPENING,
  TABLE,
  isOpen,
  requireSecondPerson,
  transition,
  type Action,
  type IncidentState,
} from './incident-lifecycle.js';

/** DESIGN §4, written again by hand: from, action, to, message. */
const EXPECTED: [IncidentState, Action, IncidentState, string | null][] = [
  ['UNVERIFIED', 'FILE', 'UNVERIFIED', null],
  ['UNVERIFIED', 'VERIFY', 'ACTIVE', 'ALERT'],
  ['UNVERIFIED', 'DISMISS', 'DISMISSED', null],
  ['ACTIVE', 'FILE', 'ACTIVE', null],
  ['ACTIVE', 'UPDATE', 'ACTIVE', 'UPDATE'],
  ['ACTIVE', 'CLEAR', 'CLEARED', 'ALL_CLEAR'],
  ['ACTIVE', 'RETRACT', 'RETRACTED', 'RETRACTION'],
  ['ACTIVE', 'EXPIRE', 'EXPIRED', null],
  ['CLEARED', 'RETRACT', 'RETRACTED', 'RETRACTION'],
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

  it('has one way to an alert, and it needs a second person', () => {
    const ways = every.filter(([from, action]) => TABLE[from][action]?.notice === 'ALERT');
    expect(ways).toEqual([['UNVERIFIED', 'VERIFY']]);
  });

  it('calls open what a report may still join', () => {
    for (const state of INCIDENT_STATES) expect(isOpen(state)).toBe(Boolean(TABLE[state].FILE));
  });
});

describe('requireSecondPerson', () => {
  const authors = new Set(['author']);

  it.each(['VERIFY', 'UPDATE'] as const)('keeps authors from %s', (action) => {
    expect(() => requireSecondPerson(action, 'author', authors)).toThrow(Forbidden);
    expect(() => requireSecondPerson(action, 'other', authors)).not.toThrow();
  });

  it.each(['CLEAR', 'RETRACT', 'DISMISS'] as const)('lets authors %s', (action) => {
    expect(() => requireSecondPerson(action, 'author', authors)).not.toThrow();
  });
});
