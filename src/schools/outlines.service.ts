import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import type { Outline } from './outline.js';
import { OutlinesStore } from './outlines.store.js';

/** What a map of a district is drawn from. */
export interface DistrictGround {
  /** Null: none was imported. */
  outline: { outline: Outline; source: string } | null;
  schools: { id: string; name: string; latitude: number; longitude: number }[];
}

@Injectable()
export class DistrictOutlines {
  constructor(
    private readonly database: Database,
    private readonly store: OutlinesStore,
  ) {}

  async ground(districtId: string): Promise<DistrictGround> {
    const { reader } = this.database;
    const [outline, schools] = await Promise.all([
      this.store.of(reader, districtId),
      this.store.schoolsOf(reader, districtId),
    ]);
    return { outline, schools };
  }
}
