import { Injectable } from '@nestjs/common';
import { localDay, timeZoneAt } from '../geo/time-zone.js';
import { Clock } from '../platform/clock.js';
import { SchoolsService, type DistrictFacts } from '../schools/schools.service.js';

/** Where somebody reads. */
export interface KitPlace {
  /** Undefined: no district, or none that is known. */
  district: DistrictFacts | undefined;
  /** Postal code of its state. */
  state: string | null;
  /** The calendar day there. */
  today: string;
}

/** The country’s most western zone: a day that has come there has come everywhere. */
const NOWHERE = 'Pacific/Honolulu';

/** A district, its state, and which day it is there. */
@Injectable()
export class KitDay {
  constructor(
    private readonly schools: SchoolsService,
    private readonly clock: Clock,
  ) {}

  /** @param districtId LEAID, or null. */
  async placeOf(districtId: string | null): Promise<KitPlace> {
    const district = districtId === null ? undefined : await this.schools.district(districtId);
    const zone = district ? await this.zoneOf(district.id) : NOWHERE;
    return {
      district,
      state: district?.state ?? null,
      today: localDay(zone, this.clock.now()),
    };
  }

  /** By one of its schools: districts have no place of their own. */
  private async zoneOf(districtId: string): Promise<string> {
    const { rows } = await this.schools.list({ districtId }, 1);
    const school = rows[0]?.node;
    return school ? timeZoneAt(school.latitude, school.longitude) : NOWHERE;
  }
}
