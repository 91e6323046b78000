import {
  DISTANCE_BANDS,
  distanceBand,
  formatBandDistance,
  outerEdgeMeters,
} from './distance-band.js';

describe('distanceBand', () => {
  test.each([
    [0, 'AT'],
    [100, 'AT'],
    [100.1, 'QUARTER_MILE'],
    [402.336, 'QUARTER_MILE'],
    [402.4, 'HALF_MILE'],
    [804.672, 'HALF_MILE'],
    [804.7, 'ONE_MILE'],
    [1609.344, 'ONE_MILE'],
    [1609.4, 'BEYOND'],
    [5000, 'BEYOND'],
  ])('%d m is %s', (meters, band) => {
    expect(distanceBand(meters)).toBe(band);
  });

  test.each([-1, Number.NaN])('%d m is refused', (meters) => {
    expect(() => distanceBand(meters)).toThrow(RangeError);
  });
});

test('the outer edge of a band holds all of it, and BEYOND has none', () => {
  expect(DISTANCE_BANDS.map(outerEdgeMeters)).toEqual([100, 403, 805, 1610, null]);
  for (const meters of [0, 100, 402.336, 402.4, 804.672, 1609.344])
    expect(outerEdgeMeters(distanceBand(meters))).toBeGreaterThanOrEqual(meters);
});

describe('formatBandDistance', () => {
  const inAllBands = (units: 'imperial' | 'metric', locale: string) =>
    DISTANCE_BANDS.map((band) => formatBandDistance(band, units, locale));

  test('imperial, as on a road sign', () => {
    expect(inAllBands('imperial', 'en-US')).toEqual(['', '¼ mile', '½ mile', '1 mile', '1 mile']);
  });

  test('metric, with the decimal point that the country uses', () => {
    expect(inAllBands('metric', 'es-US')).toEqual(['', '400 m', '800 m', '1.6 km', '1.6 km']);
    expect(formatBandDistance('ONE_MILE', 'metric', 'ru')).toBe('1,6 км');
  });
});
