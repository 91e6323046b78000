import { Conflict, Forbidden, RateLimited } from '../platform/errors.js';
import { rule, TELLABLE_MINUTES, type Case, type Circumstances, type Decider } from './gate.js';
import type { Action } from './incident-lifecycle.js';

const NOW = new Date('2026-03-03T13:16:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

const the = (change: Partial<Case> = {}): Case => ({
  state: 'UNVERIFIED',
  drill: false,
  authorIds: new Set(['author']),
  lastObservedAt: ago(5),
  proposal: null,
  ...change,
});
const circumstances = (change: Partial<Circumstances> = {}): Circumstances => ({
  now: NOW,
  paused: false,
  drillOver: false,
  alertsThisHour: 0,
  ceiling: 3,
  wide: [],
  ...change,
});
const dispatcher: Decider = { id: 'dispatcher', admin: false };
const admin: Decider = { id: 'admin', admin: true };
const author: Decider = { id: 'author', admin: false };
const pending = { by: 'first', byAdmin: false, lapsesAt: ago(-10) };

const ruled = (
  action: Action,
  decider = dispatcher,
  of: Partial<Case> = {},
  now: Partial<Circumstances> = {},
) => rule(the(of), action, decider, circumstances(now));

describe('the second person', () => {
  it.each(['VERIFY', 'PROPOSE', 'RECORD'] as const)('keeps an author from %s', (action) => {
    const old = action === 'RECORD' ? { lastObservedAt: ago(TELLABLE_MINUTES + 1) } : {};
    expect(() => ruled(action, author, old)).toThrow(Forbidden);
    expect(ruled(action, dispatcher, old).action).toBe(action);
  });

  it('keeps an author from extending, and lets them end and withdraw', () => {
    expect(() => ruled('UPDATE', author, { state: 'ACTIVE' })).toThrow(Forbidden);
    for (const action of ['CLEAR', 'RETRACT'] as const)
      expect(ruled(action, author, { state: 'ACTIVE' }).action).toBe(action);
    expect(ruled('DISMISS', author).action).toBe('DISMISS');
  });

  it('may be the same person in a drill, and only there', () => {
    expect(ruled('VERIFY', author, { drill: true }).step.notice).toBe('ALERT');
  });
});

describe('a wide alert', () => {
  const wide = { wide: ['RADIUS'] as const };

  it('is proposed by the first dispatcher', () => {
    expect(ruled('VERIFY', dispatcher, {}, wide)).toMatchObject({
      action: 'PROPOSE',
      step: { to: 'UNVERIFIED', notice: null },
    });
  });

  it('is sent by the second', () => {
    const approved = ruled('APPROVE', dispatcher, { proposal: pending });
    expect(approved.step).toMatchObject({ to: 'ACTIVE', notice: 'ALERT' });
  });

  it('is not approved by whoever proposed it, wrote a report of it, or came too late', () => {
    const first = { id: 'first', admin: true };
    expect(() => ruled('APPROVE', first, { proposal: pending })).toThrow(Forbidden);
    expect(() => ruled('APPROVE', author, { proposal: pending })).toThrow(Forbidden);
    expect(() => ruled('APPROVE', dispatcher)).toThrow(Conflict);
    const lapsed = { ...pending, lapsesAt: NOW };
    expect(() => ruled('APPROVE', dispatcher, { proposal: lapsed })).toThrow(Conflict);
  });

  it('is not approved once its proposer has written a report of it', () => {
    const authorIds = new Set(['author', 'first']);
    expect(() => ruled('APPROVE', dispatcher, { proposal: pending, authorIds })).toThrow(Forbidden);
  });

  it('waits for one decision at a time, and not for a lapsed one', () => {
    expect(() => ruled('VERIFY', dispatcher, { proposal: pending }, wide)).toThrow(Conflict);
    const lapsed = { ...pending, lapsesAt: NOW };
    expect(ruled('VERIFY', dispatcher, { proposal: lapsed }, wide).action).toBe('PROPOSE');
  });

  it('gives way to a narrow one', () => {
    expect(ruled('VERIFY', dispatcher, { proposal: pending }).step.to).toBe('ACTIVE');
  });

  it('is never corroboration’s', () => {
    expect(() => ruled('CORROBORATE', dispatcher, {}, wide)).toThrow(Forbidden);
  });
});

describe('ceiling, pause and age', () => {
  const full = { alertsThisHour: 3 };

  it('leaves alerts beyond the ceiling to an admin', () => {
    expect(ruled('VERIFY', dispatcher, {}, { alertsThisHour: 2 }).step.to).toBe('ACTIVE');
    for (const action of ['VERIFY', 'CORROBORATE'] as const)
      expect(() => ruled(action, dispatcher, {}, full)).toThrow(RateLimited);
    expect(() => ruled('APPROVE', dispatcher, { proposal: pending }, full)).toThrow(RateLimited);
    expect(ruled('VERIFY', admin, {}, full).step.to).toBe('ACTIVE');
    const byAdmin = { ...pending, byAdmin: true };
    expect(ruled('APPROVE', dispatcher, { proposal: byAdmin }, full).step.to).toBe('ACTIVE');
  });

  it('raises no alert while alerts are paused, not even a drill’s or an admin’s', () => {
    const paused = { paused: true };
    expect(() => ruled('VERIFY', admin, {}, paused)).toThrow(Conflict);
    expect(() => ruled('VERIFY', admin, { drill: true }, paused)).toThrow(Conflict);
    expect(() => ruled('CORROBORATE', dispatcher, {}, paused)).toThrow(Conflict);
    expect(() => ruled('APPROVE', dispatcher, { proposal: pending }, paused)).toThrow(Conflict);
  });

  it('raises no alert for a drill that has ended, and still corrects what it told', () => {
    const drill = { drill: true };
    expect(() => ruled('VERIFY', author, drill, { drillOver: true })).toThrow(Conflict);
    const told = { ...drill, state: 'CLEARED' } as const;
    expect(ruled('RETRACT', author, told, { drillOver: true }).step.to).toBe('RETRACTED');
  });

  it('corrects also above the ceiling and in a pause', () => {
    const worst = { paused: true, ...full };
    for (const action of ['UPDATE', 'CLEAR', 'RETRACT'] as const)
      expect(ruled(action, dispatcher, { state: 'ACTIVE' }, worst).action).toBe(action);
  });

  it('tells nobody of what is over; that is recorded', () => {
    const over = { lastObservedAt: ago(TELLABLE_MINUTES + 1) };
    for (const action of ['VERIFY', 'CORROBORATE'] as const)
      expect(() => ruled(action, dispatcher, over)).toThrow(Conflict);
    expect(ruled('RECORD', dispatcher, over).step).toMatchObject({ to: 'RECORDED', notice: null });
    expect(() => ruled('RECORD')).toThrow(Conflict);
  });

  it('does not count a drill against the ceiling', () => {
    expect(ruled('VERIFY', dispatcher, { drill: true }, full).step.to).toBe('ACTIVE');
  });
});
