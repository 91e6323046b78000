import { atMost, exactly } from './exact-binomial.fixture.js';
import { rateRatio, ratioWords } from './rate-ratio.js';

const exposure = (incidents: number, days: number) => ({ incidents, days });

describe('the ratio of two rates', () => {
  // poisson.test(c(11, 6 + 8 + 7), c(800, 1083 + 1050 + 878)), of the manual of R
  it('is that of R', () => {
    const { ratio, interval, oneSided, reading } = rateRatio(
      exposure(21, 3_011),
      exposure(11, 800),
    );
    expect(ratio).toBeCloseTo(1.971488, 6);
    expect(interval!.low).toBeCloseTo(0.8584264, 6);
    expect(interval!.high).toBeCloseTo(4.2772659, 6);
    expect({ oneSided, reading }).toEqual({ oneSided: false, reading: 'NO_DIFFERENCE_SHOWN' });
  });

  it.each([
    [21, 3_011, 11, 800],
    [20, 365, 8, 300],
    [3, 100, 40, 90],
    [1, 365, 1, 30],
    [300, 365, 180, 365],
  ])('%i in %i days, then %i in %i: beyond each end lies a fortieth', (x, days, y, daysAfter) => {
    const { interval } = rateRatio(exposure(x, days), exposure(y, daysAfter));
    // At a ratio of r, an incident is one of those after with this probability.
    const shareAt = (r: number) => exactly((r * daysAfter) / (r * daysAfter + days));
    expect(atMost(y, x + y, shareAt(interval!.high!))).toBeCloseTo(0.025, 9);
    expect(1 - atMost(y - 1, x + y, shareAt(interval!.low))).toBeCloseTo(0.025, 9);
  });

  it('has one limit where there was none after', () => {
    const { ratio, interval, oneSided, reading } = rateRatio(exposure(9, 365), exposure(0, 365));
    expect({ ratio, oneSided, low: interval!.low }).toEqual({ ratio: 0, oneSided: true, low: 0 });
    const share = 1 - 0.05 ** (1 / 9);
    expect(interval!.high).toBeCloseTo(share / (1 - share), 9);
    expect(reading).toBe('FEWER_AFTER');
  });

  it('says nothing of two against none', () => {
    expect(rateRatio(exposure(2, 365), exposure(0, 365)).reading).toBe('NO_DIFFERENCE_SHOWN');
    expect(rateRatio(exposure(0, 365), exposure(2, 365))).toMatchObject({
      ratio: null,
      interval: { high: null },
      oneSided: true,
      reading: 'NO_DIFFERENCE_SHOWN',
    });
  });

  it('is the other way round when the spans are', () => {
    const one = rateRatio(exposure(20, 365), exposure(8, 300));
    const other = rateRatio(exposure(8, 300), exposure(20, 365));
    expect(one.ratio! * other.ratio!).toBeCloseTo(1, 12);
    expect(one.interval!.low * other.interval!.high!).toBeCloseTo(1, 9);
  });

  it('is nothing of nothing', () => {
    expect(rateRatio(exposure(0, 365), exposure(0, 365))).toEqual({
      ...{ ratio: null, interval: null, oneSided: false, reading: 'NOTHING_TO_COMPARE' },
    });
  });
});

describe('its words', () => {
  const words = (x: number, y: number) => {
    const [before, after] = [exposure(x, 365), exposure(y, 300)];
    return ratioWords(before, after, rateRatio(before, after), 'calendar days');
  };

  it('say what was counted, how sure it is, and claim no cause', () => {
    expect(words(20, 8)).toBe(
      '20 incidents in 365 calendar days before, 8 incidents in 300 calendar days after. The rate after is 0.49 times that before (95 % interval: 0.19 to 1.15). These figures do not show that the rates differ. Figures like these do not show why.',
    );
    expect(words(9, 0)).toContain(
      'The rate after is 0 times that before (95 % interval: 0.48 or less)',
    );
    expect(words(0, 1)).toContain('no estimate (95 % interval: 0.064 or more)');
    expect(words(0, 0)).toContain('nothing to compare');
    for (const [x, y] of [
      [20, 8],
      [3, 50],
      [50, 3],
      [0, 9],
    ] as const)
      expect(words(x, y)).not.toMatch(/effect|because|led to|reduc|prevent|work|significan/i);
  });
});
