import type { Point } from './h3.js';

/** Degrees that enclose a circle. Two ranges of longitude when it crosses the antimeridian. */
export interface Box {
  south: number;
  north: number;
  /** West and east edge of each range, west ≤ east. */
  longitudes: [number, number][];
}

/** Mean radius of the Earth (IUGG R1). */
export const EARTH_RADIUS_METERS = 6_371_008.8;

/** As far as two places can be apart on the sphere, and a little more. */
export const HALF_AROUND_METERS = 20_015_200;

/** Keeps a point exactly on the circle inside its box despite rounding: about a tenth of a millimeter. */
const MARGIN_DEGREES = 1e-9;

/** So near a pole longitudes say nothing: the box takes them all. */
const POLAR_DEGREES = 89.9;

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (angle: number) => (angle * 180) / Math.PI;

/** Great-circle distance in meters by the haversine formula: within 0.6 % of the ellipsoid's. */
export function distanceMeters(from: Point, to: Point): number {
  const north = Math.sin(radians(to.latitude - from.latitude) / 2);
  const east = Math.sin(radians(to.longitude - from.longitude) / 2);
  const chord =
    north * north + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * east * east;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** The smallest box that holds everything within `meters` of the center; right at the poles too. */
export function boxAround(center: Point, meters: number): Box {
  const angle = meters / EARTH_RADIUS_METERS;
  const reach = degrees(angle) + MARGIN_DEGREES;
  const south = center.latitude - reach;
  const north = center.latitude + reach;
  if (south <= -POLAR_DEGREES || north >= POLAR_DEGREES) {
    return {
      south: Math.max(-90, south),
      north: Math.min(90, north),
      longitudes: [[-180, 180]],
    };
  }
  const width =
    degrees(Math.asin(Math.min(1, Math.sin(angle) / Math.cos(radians(center.latitude))))) +
    MARGIN_DEGREES;
  return { south, north, longitudes: ranges(center.longitude - width, center.longitude + width) };
}

function ranges(west: number, east: number): [number, number][] {
  if (east - west >= 360) return [[-180, 180]];
  if (west < -180) {
    return [
      [-180, east],
      [west + 360, 180],
    ];
  }
  if (east > 180) {
    return [
      [-180, east - 360],
      [west, 180],
    ];
  }
  return [[west, east]];
}

/** The tenths of a degree, counted from the equator, that lie between two latitudes. */
export function latitudeBands(south: number, north: number): number[] {
  const first = Math.floor(south * 10);
  return Array.from({ length: Math.floor(north * 10) - first + 1 }, (_, index) => first + index);
}
