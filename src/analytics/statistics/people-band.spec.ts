import { peopleBand } from './people-band.js';

describe('a number of people', () => {
  it.each([
    [0, 0, 10],
    [10, 0, 10],
    [11, 11, 50],
    [50, 11, 50],
    [51, 51, 100],
    [200, 101, 200],
    [5_000, 2_001, 5_000],
    [10_001, 10_001, null],
    [3_000_000, 10_001, null],
  ])('of %i is told as %i to %p', (people, from, to) => {
    expect(peopleBand(people)).toEqual({ from, to });
  });

  it('is in one band, and none is narrower than eleven', () => {
    for (let people = 0; people < 12_000; people++) {
      const { from, to } = peopleBand(people);
      expect(people).toBeGreaterThanOrEqual(from);
      if (to === null) continue;
      expect(people).toBeLessThanOrEqual(to);
      expect(to - from).toBeGreaterThanOrEqual(10);
    }
  });
});
