import { distanceMeters } from '../geo/distance.js';
import type { Point } from '../geo/h3.js';

/** Those within so many meters of a place, with their distance; of equal ones the smaller id first. */
export const nearestFirst = <T extends Point & { id: string }>(
  schools: readonly T[],
  point: Point,
  meters: number,
): (T & { distance: number; rank: number })[] =>
  schools
    .map((school) => ({ ...school, distance: distanceMeters(point, school), rank: 0 }))
    .filter(({ distance }) => distance <= meters)
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
