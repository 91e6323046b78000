import { Injectable } from '@nestjs/common';
import { boxAround } from '../geo/distance.js';
import type { Point } from '../geo/h3.js';
import type { Transaction } from '../platform/database.js';
import { run, statement } from '../platform/statements.js';
import { nearestFirst } from './nearest-first.js';
import type { SchoolRow } from './school.entity.js';

type SchoolPlace = Point & Pick<SchoolRow, 'id' | 'name' | 'city' | 'state' | 'districtId'>;
export type NearestSchool = SchoolPlace & { distance: number };

/** Schools around a place, for whoever only names them: few columns, planned once. */
@Injectable()
export class NearbyStore {
  /** Open schools within so many meters, with what it takes to name them, nearest first. */
  async near(tx: Transaction, point: Point, meters: number): Promise<NearestSchool[]> {
    const { south, north, longitudes } = boxAround(point, meters);
    const found = await Promise.all(
      longitudes.map(([west, east]) => run<SchoolPlace>(tx, INSIDE, [south, north, west, east])),
    );
    return nearestFirst(found.flat(), point, meters);
  }

  /** The nearest open school within so many meters: the database picks it from however many. */
  async nearest(tx: Transaction, point: Point, meters: number): Promise<NearestSchool | undefined> {
    return (await this.nearestOf(tx, [point], meters)).get(point);
  }

  /** The same of many places; where there is none, the place is left out. */
  async nearestOf(
    tx: Transaction,
    points: Point[],
    meters: number,
  ): Promise<Map<Point, NearestSchool>> {
    const looks = points.flatMap((point, place) => {
      const { south, north, longitudes } = boxAround(point, meters);
      return longitudes.map(([west, east]) => [
        ...[place, south, north, west, east, point.latitude, point.longitude],
      ]);
    });
    const columns = [0, 1, 2, 3, 4, 5, 6].map((at) => looks.map((look) => look[at]!));
    const rows = await run<SchoolPlace & { place: number }>(tx, NEAREST_OF, columns);
    const found = new Map<Point, NearestSchool>();
    for (const [place, point] of points.entries()) {
      const schools = rows.filter((row) => row.place === place);
      const [nearest] = nearestFirst(schools, point, meters);
      if (nearest) found.set(point, nearest);
    }
    return found;
  }
}

const INSIDE = statement(
  `SELECT id, name, city, state, latitude, longitude, district_id AS "districtId"
   FROM school
   WHERE latitude BETWEEN $1 AND $2 AND longitude BETWEEN $3 AND $4 AND open`,
);

/**
 * Arrays of one length; within subqueries, or it would be planned anew for each length. What it is
 * ordered by grows with the distance as `distanceMeters` does.
 */
const NEAREST_OF = statement(
  `SELECT asked.place, school.id, name, city, state, school.latitude, school.longitude,
     district_id AS "districtId"
   FROM unnest((SELECT $1::int[]), (SELECT $2::float8[]), (SELECT $3::float8[]), (SELECT $4::float8[]),
     (SELECT $5::float8[]), (SELECT $6::float8[]), (SELECT $7::float8[]))
     AS asked (place, south, north, west, east, latitude, longitude)
   CROSS JOIN LATERAL (
     SELECT * FROM school
     WHERE latitude BETWEEN asked.south AND asked.north
       AND longitude BETWEEN asked.west AND asked.east AND open
     ORDER BY power(sin(radians(latitude - asked.latitude) / 2), 2)
       + cos(radians(asked.latitude)) * cos(radians(latitude))
         * power(sin(radians(longitude - asked.longitude) / 2), 2), id
     LIMIT 1) school`,
);
