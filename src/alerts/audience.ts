import { followedCellsReaching, type Point } from '../geo/h3.js';
import { areaKey } from '../subscriptions/area.js';

/** How far an alert may be told around its place, in meters. */
export const MIN_RADIUS_METERS = 500;
export const MAX_RADIUS_METERS = 5_000;

/** A school as the audience needs it. */
export interface AudienceSchool {
  id: string;
  districtId: string;
}

/**
 * Every area key whose followers an alert is for, in the order in which they are told: the schools
 * within its radius, their districts, each (cell, radius) that reaches its place. Keys become tags
 * by HMAC; both stay in memory.
 *
 * @param schools those within the alert's radius, and the nearest one whatever its distance
 * @returns what makes the keys of each ring: cells take so long that schools are told meanwhile
 */
export function audienceRings(place: Point, schools: readonly AudienceSchool[]) {
  const districts = new Set(schools.map(({ districtId }) => districtId));
  return {
    schools: () => schools.map(({ id }) => areaKey({ kind: 'school', id })),
    districts: () => [...districts].map((id) => areaKey({ kind: 'district', id })),
    cells: () =>
      followedCellsReaching(place).map(({ cell, radiusKm }) =>
        areaKey({ kind: 'cell', cell, radiusKm }),
      ),
  };
}

/** A head count that may be shown: exact enough to decide by, too coarse to single anybody out. */
export function roundedCount(count: number): number {
  if (count === 0) return 0;
  if (count < 10) return 10;
  return Math.round(count / 10) * 10;
}
