import { Rate } from './rate.js';

it('allows a burst, then so many a second, and never saves up more than the burst', () => {
  const rate = new Rate(3, 1, 0);
  expect([0, 0, 0, 0].map((now) => rate.take(now))).toEqual([true, true, true, false]);
  expect(rate.take(999)).toBe(false);
  expect(rate.take(2_000)).toBe(true);
  const later = [1_000_000, 1_000_000, 1_000_000, 1_000_000].map((now) => rate.take(now));
  expect(later).toEqual([true, true, true, false]);
});

it('does not mind a clock that goes back', () => {
  const rate = new Rate(1, 1, 5_000);
  expect(rate.take(5_000)).toBe(true);
  expect(rate.take(1_000)).toBe(false);
});
