import type { Point } from '../../src/geo/h3.js';
import { OSCEOLA, type Network } from '../support/network.js';
import { RAISED } from './alerts-on.js';

/** Nearer to each other two reports are of one incident. */
const APART_DEGREES = 0.012;

const isFar = (a: Point, b: Point) =>
  Math.hypot(a.latitude - b.latitude, a.longitude - b.longitude) > APART_DEGREES;

/** Schools of one district where an incident of its own may be reported each. */
export async function placesApart({ pool }: Network, wanted: number): Promise<Point[]> {
  const { rows } = await pool.query<Point>(
    'SELECT latitude, longitude FROM school WHERE district_id = $1 ORDER BY id',
    [OSCEOLA],
  );
  const places: Point[] = [];
  for (const place of rows)
    if ([...RAISED, ...places].every((other) => isFar(place, other))) places.push(place);
  if (places.length < wanted)
    throw new Error(`there are only ${places.length} places: less rounds`);
  return places;
}
