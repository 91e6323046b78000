import { Injectable } from '@nestjs/common';
import { HALF_AROUND_METERS } from '../geo/distance.js';
import type { Point } from '../geo/h3.js';
import type { Page } from '../platform/connection.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { Gathered } from '../platform/gathered.js';
import { Remembered } from '../platform/remembered.js';
import { checkedQuery, type SchoolQuery } from './school-query.js';
import { NearbyStore, type NearestSchool } from './nearby.store.js';
import { SchoolsStore, type ListedSchool } from './schools.store.js';

/** A school as the other rooms need it. */
export interface SchoolFacts extends Point {
  id: string;
  name: string;
  city: string;
  state: string;
  districtId: string;
}

/** The same, with how far it is from the place asked about. */
export type NearSchool = SchoolFacts & { distanceMeters: number };

export interface DistrictFacts {
  id: string;
  name: string;
  state: string;
}

/** Everything that is kept of a school, as GraphQL shows it. */
export type SchoolRecord = SchoolFacts &
  Pick<ListedSchool, 'street' | 'zip' | 'county' | 'level'> & { distanceMeters: number | null };

const REMEMBER_MS = 30_000;
const REMEMBER = 5_000;

/** Looked through one after the other until a school is in it. */
const SEARCH_METERS = [5_000, 50_000, 500_000, HALF_AROUND_METERS];
/** Places whose nearest school one statement looks for. */
const TOGETHER = 32;

@Injectable()
export class SchoolsService {
  /** One request may name the same district a thousand times. */
  private readonly districts: Remembered<DistrictFacts | undefined>;
  private readonly records: Remembered<SchoolRecord | undefined>;
  private readonly nearestOnes: Gathered<Point, NearSchool>;

  constructor(
    private readonly database: Database,
    private readonly store: SchoolsStore,
    private readonly nearby: NearbyStore,
    clock: Clock,
  ) {
    const now = () => clock.now().getTime();
    const { reader } = database;
    this.districts = new Remembered(
      async (id) => (await store.districts(reader, [id]))[0],
      REMEMBER_MS,
      REMEMBER,
      now,
    );
    this.records = new Remembered(
      async (id) => {
        const [school] = await store.byIds(reader, [id]);
        return school && { ...school, distanceMeters: null };
      },
      REMEMBER_MS,
      REMEMBER,
      now,
    );
    this.nearestOnes = new Gathered((points) => this.nearestOf(points), TOGETHER);
  }

  /** @throws BadInput naming every argument that is wrong. */
  async list(query: SchoolQuery, size: number, after?: string | null): Promise<Page<ListedSchool>> {
    return this.store.list(this.database.reader, checkedQuery(query), size, after);
  }

  /** Everything that is kept of a school, for GraphQL. */
  async record(id: string): Promise<SchoolRecord | undefined> {
    return this.records.get(id);
  }

  async byIds(ids: string[]): Promise<SchoolFacts[]> {
    return this.store.byIds(this.database.reader, ids);
  }

  async named(tx: Transaction, id: string): Promise<SchoolFacts | undefined> {
    return (await this.store.byIds(tx, [id]))[0];
  }

  async district(id: string): Promise<DistrictFacts | undefined> {
    return this.districts.get(id);
  }

  /** Open schools within so many meters, nearest first. */
  async within(tx: Transaction, point: Point, meters: number): Promise<NearSchool[]> {
    return (await this.nearby.near(tx, point, meters)).map(near);
  }

  /** The nearest open school, however far; undefined when none is known. */
  async nearest(tx: Transaction, point: Point): Promise<NearSchool | undefined> {
    for (const meters of SEARCH_METERS) {
      const school = await this.nearby.nearest(tx, point, meters);
      if (school) return near(school);
    }
    return undefined;
  }

  /** The same as of now, outside of a transaction: of many places asked about at once, by one statement. */
  async nearestTo(point: Point): Promise<NearSchool | undefined> {
    return (await this.nearestOnes.get(point)) ?? this.nearest(this.database.reader, point);
  }

  /** Where there is one nearby. */
  private async nearestOf(points: Point[]): Promise<Map<Point, NearSchool>> {
    const found = await this.nearby.nearestOf(this.database.reader, points, SEARCH_METERS[0]!);
    return new Map([...found].map(([point, school]) => [point, near(school)]));
  }

  async existingSchools(ids: string[]): Promise<Set<string>> {
    return new Set((await this.store.byIds(this.database.reader, ids)).map(({ id }) => id));
  }

  async existingDistricts(ids: string[]): Promise<Set<string>> {
    return new Set((await this.store.districts(this.database.reader, ids)).map(({ id }) => id));
  }
}

const near = (school: NearestSchool): NearSchool => ({
  id: school.id,
  name: school.name,
  city: school.city,
  state: school.state,
  latitude: school.latitude,
  longitude: school.longitude,
  districtId: school.districtId,
  distanceMeters: school.distance,
});
