import { exactInterval } from './binomial-interval.js';
import { atMost, exactly } from './exact-binomial.fixture.js';

/** As R prints them: `binom.test(x, n)$conf.int`. */
const KNOWN: [number, number, number, number][] = [
  [5, 10, 0.1870860284, 0.8129139716],
  [1, 10, 0.002528578544, 0.4450161179],
  [682, 925, 0.7076683, 0.7654066],
];

describe('the exact interval of a share', () => {
  it.each(KNOWN)('of %i in %i is that of R', (successes, trials, low, high) => {
    const found = exactInterval(successes, trials);
    expect(found.low).toBeCloseTo(low, 7);
    expect(found.high).toBeCloseTo(high, 7);
  });

  it.each([
    [1, 2],
    [3, 7],
    [20, 21],
    [8, 28],
    [1, 500],
    [250, 500],
    [499, 500],
  ])('of %i in %i leaves a fortieth beyond each end, in exact fractions', (successes, trials) => {
    const { low, high } = exactInterval(successes, trials);
    expect(atMost(successes, trials, exactly(high))).toBeCloseTo(0.025, 11);
    expect(1 - atMost(successes - 1, trials, exactly(low))).toBeCloseTo(0.025, 11);
  });

  it.each([1, 2, 10, 59, 1_000])(
    'of none in %i has one limit, with a twentieth beyond',
    (trials) => {
      const none = exactInterval(0, trials);
      expect(none.low).toBe(0);
      expect(none.high).toBeCloseTo(1 - 0.05 ** (1 / trials), 12);
      const all = exactInterval(trials, trials);
      expect(all.high).toBe(1);
      expect(all.low).toBeCloseTo(0.05 ** (1 / trials), 12);
    },
  );

  it('holds for thousands', () => {
    const { low, high } = exactInterval(4_000, 10_000);
    expect(low).toBeCloseTo(0.39037, 4);
    expect(high).toBeCloseTo(0.40968, 4);
  });
});
