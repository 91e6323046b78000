import { readFileSync } from 'node:fs';
import { cellToBoundary, getResolution, latLngToCell } from 'h3-js';
import type { Area } from '../support/family.js';
import type { Place } from './census.js';

export interface KnownSchool extends Place {
  id: string;
  districtId: string;
}

const EARTH_METERS = 6_371_008.8;

export function meters(a: Place, b: Place): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (x: number) => Math.sin(radians(x) / 2) ** 2;
  const across = Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude));
  const h = half(b.latitude - a.latitude) + across * half(b.longitude - a.longitude);
  return 2 * EARTH_METERS * Math.asin(Math.sqrt(h));
}

/**
 * Whether a follower of this area should be told, worked out the slow way from the public rule,
 * with none of the service's code.
 */
export function shouldBeTold(
  area: Area,
  place: Place,
  radiusMeters: number,
  schools: KnownSchool[],
): boolean {
  const within = schools.filter((school) => meters(school, place) <= radiusMeters);
  if (area.schoolId) return within.some(({ id }) => id === area.schoolId);
  if (area.districtId) return within.some(({ districtId }) => districtId === area.districtId);
  const { h3, radiusKm } = area.cell!;
  if (latLngToCell(place.latitude, place.longitude, getResolution(h3)) === h3) return true;
  return edge(h3).some((point) => meters(point, place) <= radiusKm * 1_000);
}

/** Points every few meters along a cell's edge. */
function edge(cell: string): Place[] {
  const corners = cellToBoundary(cell);
  return corners.flatMap(([latitude, longitude], index) => {
    const [nextLatitude, nextLongitude] = corners[(index + 1) % corners.length]!;
    return Array.from({ length: 200 }, (_, step) => ({
      latitude: latitude + ((nextLatitude - latitude) * step) / 200,
      longitude: longitude + ((nextLongitude - longitude) * step) / 200,
    }));
  });
}

/** The shipped file, read by hand: school id, district id, and where it is. */
export function knownSchools(): KnownSchool[] {
  return readFileSync('data/schools/osceola_orange_FL.edge.txt', 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split('|'))
    .map((cells) => ({
      id: cells[0]!,
      districtId: cells[1]!,
      latitude: Number(cells[12]),
      longitude: Number(cells[13]),
    }));
}
