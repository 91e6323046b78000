import fc from 'fast-check';
import {
  EARTH_RADIUS_METERS,
  HALF_AROUND_METERS,
  boxAround,
  latitudeBands,
  distanceMeters,
  type Box,
} from './distance.js';
import type { Point } from './h3.js';

const at = (latitude: number, longitude: number): Point => ({ latitude, longitude });

/** A point made by arcsine near a pole is off by a millionth of a degree. */
const SLACK = 1e-6;

const inside = ({ south, north, longitudes }: Box, { latitude, longitude }: Point) =>
  latitude >= south - SLACK &&
  latitude <= north + SLACK &&
  longitudes.some(([west, east]) => longitude >= west - SLACK && longitude <= east + SLACK);

const anywhere = fc
  .tuple(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
  )
  .map(([latitude, longitude]) => at(latitude, longitude));

/** The point `meters` away in a compass direction. */
function away({ latitude, longitude }: Point, meters: number, bearing: number): Point {
  const angle = meters / EARTH_RADIUS_METERS;
  const from = (latitude * Math.PI) / 180;
  const to = Math.asin(
    Math.sin(from) * Math.cos(angle) + Math.cos(from) * Math.sin(angle) * Math.cos(bearing),
  );
  const turn = Math.atan2(
    Math.sin(bearing) * Math.sin(angle) * Math.cos(from),
    Math.cos(angle) - Math.sin(from) * Math.sin(to),
  );
  const east = longitude + (turn * 180) / Math.PI;
  return at((to * 180) / Math.PI, ((((east + 180) % 360) + 360) % 360) - 180);
}

describe('distanceMeters', () => {
  it('agrees with known distances', () => {
    expect(distanceMeters(at(28.2919, -81.4076), at(28.5383, -81.3792))).toBeCloseTo(27_539, -2);
    expect(distanceMeters(at(0, 0), at(0, 1))).toBeCloseTo(111_195, 0);
    expect(distanceMeters(at(90, 0), at(-90, 0))).toBeCloseTo(Math.PI * EARTH_RADIUS_METERS, 3);
  });

  it('is short across the antimeridian and at a pole', () => {
    expect(distanceMeters(at(52, 179.9), at(52, -179.9))).toBeLessThan(14_000);
    expect(distanceMeters(at(90, 10), at(90, -170))).toBeLessThan(0.001);
  });

  it('is zero from a place to itself, and never more than half around', () => {
    fc.assert(
      fc.property(anywhere, anywhere, (a, b) => {
        expect(distanceMeters(a, a)).toBe(0);
        expect(distanceMeters(a, b)).toBeLessThanOrEqual(HALF_AROUND_METERS);
      }),
    );
  });
});

describe('boxAround', () => {
  it('splits at the antimeridian, from both sides', () => {
    expect(boxAround(at(52, 179.99), 5_000).longitudes).toHaveLength(2);
    expect(boxAround(at(52, -179.99), 5_000).longitudes).toHaveLength(2);
    expect(inside(boxAround(at(52, 179.99), 5_000), at(52, -179.99))).toBe(true);
    expect(boxAround(at(28, -81), 5_000).longitudes).toHaveLength(1);
  });

  it('goes all around at a pole', () => {
    expect(boxAround(at(89.99, 0), 5_000).longitudes).toEqual([[-180, 180]]);
    expect(boxAround(at(-90, 0), 5_000)).toMatchObject({ south: -90 });
  });

  it('holds every point of its circle', () => {
    fc.assert(
      fc.property(
        anywhere,
        fc.double({ min: 0, max: HALF_AROUND_METERS, noNaN: true }),
        fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
        (center, meters, bearing) => {
          const point = away(center, meters * 0.999_999, bearing);
          expect(inside(boxAround(center, meters), point)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('bands of latitude', () => {
  it('hold every latitude between two', () => {
    const latitude = fc.double({ min: -90, max: 90, noNaN: true });
    fc.assert(
      fc.property(latitude, latitude, latitude, (a, b, c) => {
        const [south, between, north] = [a, b, c].sort((one, other) => one - other) as [
          number,
          number,
          number,
        ];
        expect(latitudeBands(south, north)).toContain(Math.floor(between * 10));
      }),
    );
  });

  it('are few for what is near', () => {
    expect(latitudeBands(28.19, 28.31)).toEqual([281, 282, 283]);
    expect(latitudeBands(-0.05, 0.05)).toEqual([-1, 0]);
  });
});
