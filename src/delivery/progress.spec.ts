import { paceOf } from './progress.js';

const standing = { createdAt: 0, audience: 1_000, planned: true, settled: 250 };

it('estimates the end at the pace so far', () => {
  expect(paceOf(standing, 500)).toEqual({ perSecond: 500, endsAt: 2_000 });
});

it.each([
  ['before the first answer', { ...standing, settled: 0 }, 500],
  ['at the moment of the decision', standing, 0],
])('%s it says nothing', (_when, at, now) => {
  expect(paceOf(at, now)).toEqual({ perSecond: null, endsAt: null });
});

it('names no end while the audience is being read', () => {
  expect(paceOf({ ...standing, planned: false }, 500)).toEqual({ perSecond: 500, endsAt: null });
});

it('ends now when nobody is left, even if some have unsubscribed since they were counted', () => {
  expect(paceOf({ ...standing, settled: 1_010 }, 500).endsAt).toBe(500);
});
