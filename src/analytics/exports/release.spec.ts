import { answerProblem, lapsesAt, releaseState, useProblem, type Release } from './release.js';

const ASKED = new Date('2026-03-02T12:00:00Z');
const hours = (count: number) => new Date(ASKED.getTime() + count * 3_600_000);
const release = (change: Partial<Release> = {}): Release => ({
  ...{ id: 'r', askedBy: 'analyst', askedAt: ASKED, approvedBy: null, approvedAt: null },
  ...{ rejectedAt: null, usedAt: null, ...change },
});
const approved = release({ approvedBy: 'admin', approvedAt: hours(1) });
const use = { by: 'analyst', sameFilter: true, approverIsAdmin: true };

describe('the release of who responders are', () => {
  it.each([
    ['ASKED', release(), 71],
    ['LAPSED', release(), 72],
    ['APPROVED', approved, 24],
    ['LAPSED', approved, 25],
    ['REJECTED', release({ rejectedAt: hours(1) }), 100],
    ['USED', { ...approved, usedAt: hours(2) }, 100],
  ])('is %s', (state, one, after) => expect(releaseState(one, hours(after))).toBe(state));

  it('lapses a day after it was approved', () => expect(lapsesAt(approved)).toEqual(hours(25)));

  it('is answered by somebody else, once, in time', () => {
    expect(answerProblem(release(), 'admin', hours(1))).toBeUndefined();
    expect(answerProblem(release(), 'analyst', hours(1))).toMatch(/Somebody else/);
    expect(answerProblem(approved, 'admin', hours(2))).toMatch(/APPROVED/);
    expect(answerProblem(release(), 'admin', hours(80))).toMatch(/LAPSED/);
  });

  it('is used by who asked, for what was asked, once, in time', () => {
    expect(useProblem(approved, use, hours(2))).toBeUndefined();
    expect(useProblem(approved, { ...use, by: 'admin' }, hours(2))).toMatch(/somebody else/);
    expect(useProblem(approved, { ...use, sameFilter: false }, hours(2))).toMatch(/other incid/);
    expect(useProblem(approved, { ...use, approverIsAdmin: false }, hours(2))).toMatch(/no admin/);
    expect(useProblem(release(), use, hours(2))).toMatch(/ASKED/);
    expect(useProblem(approved, use, hours(30))).toMatch(/LAPSED/);
    expect(useProblem({ ...approved, usedAt: hours(2) }, use, hours(3))).toMatch(/USED/);
  });
});
