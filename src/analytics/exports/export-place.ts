import { cellToLatLng } from 'h3-js';
import { cellAt, type Point } from '../../geo/h3.js';

/** Resolution of the H3 cells by which a place leaves: about 0.7 km² each. */
export const EXPORT_CELL = 8;

/** A place in degrees, to a meter: itself, or the centre of its cell. */
export function placeOf(point: Point, exact: boolean): Point {
  const [latitude, longitude] = exact
    ? [point.latitude, point.longitude]
    : cellToLatLng(cellAt(point, EXPORT_CELL));
  return { latitude: round(latitude), longitude: round(longitude) };
}

const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
