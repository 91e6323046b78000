import { Injectable } from '@nestjs/common';
import { localDay, timeZoneAt } from '../../alerts/time-zone.js';
import { PoliciesService } from '../../schools/policies.service.js';
import { isMadeUp, type Policy } from '../../schools/policy.js';
import { SchoolsService } from '../../schools/schools.service.js';
import type { IncidentRow } from '../incident.entity.js';
import type { IncidentState } from '../incident-lifecycle.js';
import { TESTED_KINDS, departuresOf, type Departure } from './departures.js';
import { DetailsService, type StandingDetail } from './details.service.js';

/** What did not happen, or is told elsewhere, departs from nothing. */
const SILENT: ReadonlySet<IncidentState> = new Set(['DISMISSED', 'RETRACTED', 'MERGED']);

/** Practice beside promise, incident by incident; read anew each time, so that it follows corrections. */
@Injectable()
export class Departures {
  constructor(
    private readonly details: DetailsService,
    private readonly policies: PoliciesService,
    private readonly schools: SchoolsService,
  ) {}

  async of(incident: IncidentRow): Promise<Departure<Policy, StandingDetail>[]> {
    if (incident.drillId !== null || SILENT.has(incident.state)) return [];
    const [details, policies] = await Promise.all([
      this.details.of(incident.id),
      this.promised(incident),
    ]);
    return departuresOf(details, policies, incident.state !== 'UNVERIFIED');
  }

  /** What its district had promised on the day it began, by the clock of its school. */
  private async promised({ schoolId, districtId, firstObservedAt, synthetic }: IncidentRow) {
    const school = await this.schools.record(schoolId);
    const zone = school ? timeZoneAt(school.latitude, school.longitude) : 'UTC';
    const day = localDay(zone, firstObservedAt);
    const policies = await this.policies.inForce(districtId, day, TESTED_KINDS);
    return synthetic ? policies : policies.filter((policy) => !isMadeUp(policy));
  }
}
