import {
  cellToBoundary,
  cellToLatLng,
  getResolution,
  gridDisk,
  isValidCell,
  latLngToCell,
} from 'h3-js';

export interface Point {
  latitude: number;
  longitude: number;
}

/** The finest resolution a family may follow: a cell of about 5 km². */
export const FINEST_RESOLUTION = 7;
export const RADII_KM = [2, 5, 10] as const;
export type RadiusKm = (typeof RADII_KM)[number];

/** Average hexagon edge in meters by resolution 0–7 (H3's own table). */
const EDGE_METERS = [1_281_256, 483_057, 182_513, 68_979, 26_072, 9_854, 3_725, 1_406];
const METERS_PER_DEGREE = 111_195;

/** Whether this is a cell, and no finer than a family may follow. */
export function isCoarseCell(cell: string): boolean {
  return (
    /^[0-9a-f]{15}$/.test(cell) && isValidCell(cell) && getResolution(cell) <= FINEST_RESOLUTION
  );
}

export const cellAt = ({ latitude, longitude }: Point, resolution: number): string =>
  latLngToCell(latitude, longitude, resolution);

/** The cells of one resolution that come within `meters` of a point, its own among them. */
export function cellsWithin(point: Point, resolution: number, meters: number): string[] {
  return [...metersToCells(point, resolution, meters).keys()];
}

/** The same with how far it is to each; 0 for its own. */
function metersToCells(point: Point, resolution: number, meters: number): Map<string, number> {
  const spacing = EDGE_METERS[resolution]! * Math.sqrt(3);
  // Cells are up to a third smaller than average; one ring more than needed costs little.
  const rings = Math.ceil(meters / (spacing * 0.6)) + 1;
  const own = cellAt(point, resolution);
  // No corner of a small cell is nearly so far from its center: most need no look at their borders.
  const reach = resolution < 4 ? Infinity : meters + 2 * EDGE_METERS[resolution]!;
  return new Map(
    gridDisk(own, rings)
      .filter((cell) => metersToCenter(point, cell) <= reach)
      .map((cell) => [cell, cell === own ? 0 : metersToCell(point, cell)] as const)
      .filter(([, away]) => away <= meters),
  );
}

/** On the same plane as {@link metersToCell}. */
function metersToCenter(point: Point, cell: string): number {
  const [latitude, longitude] = cellToLatLng(cell);
  const scale = Math.cos((((point.latitude + latitude) / 2) * Math.PI) / 180);
  return Math.hypot(
    shortestTurn(longitude - point.longitude) * METERS_PER_DEGREE * scale,
    (latitude - point.latitude) * METERS_PER_DEGREE,
  );
}

/**
 * Every (cell, radius) a family may have followed that reaches a point: the point is within the
 * radius of some place in the cell. Generous on purpose: the family is somewhere in its cell.
 */
export function followedCellsReaching(point: Point): { cell: string; radiusKm: RadiusKm }[] {
  const found: { cell: string; radiusKm: RadiusKm }[] = [];
  const farthest = RADII_KM.at(-1)! * 1_000;
  for (let resolution = 0; resolution <= FINEST_RESOLUTION; resolution++) {
    for (const [cell, meters] of metersToCells(point, resolution, farthest))
      for (const radiusKm of RADII_KM)
        if (meters <= radiusKm * 1_000) found.push({ cell, radiusKm });
  }
  return found;
}

/** Meters from a point outside a cell to the cell's nearest edge, on a plane around the point. */
function metersToCell(point: Point, cell: string): number {
  const [centerLatitude] = cellToLatLng(cell);
  const scale = Math.cos((((point.latitude + centerLatitude) / 2) * Math.PI) / 180);
  const corners = cellToBoundary(cell).map(([latitude, longitude]) => ({
    x: shortestTurn(longitude - point.longitude) * METERS_PER_DEGREE * scale,
    y: (latitude - point.latitude) * METERS_PER_DEGREE,
  }));
  let nearest = Infinity;
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % corners.length]!;
    nearest = Math.min(nearest, distanceToSegment(corner, next));
  });
  return nearest;
}

/** Degrees of longitude the short way round. */
const shortestTurn = (degrees: number) => ((((degrees + 180) % 360) + 360) % 360) - 180;

interface Plane {
  x: number;
  y: number;
}

/** From the origin to the segment between two corners. */
function distanceToSegment(a: Plane, b: Plane): number {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, -(a.x * dx + a.y * dy) / length));
  return Math.hypot(a.x + along * dx, a.y + along * dy);
}
