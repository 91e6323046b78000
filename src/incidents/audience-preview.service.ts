import { Injectable } from '@nestjs/common';
import { roundedCount } from '../alerts/audience.js';
import { AudienceTags } from '../alerts/audience-tags.service.js';
import { Database } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { SchoolsService } from '../schools/schools.service.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import { checkedRadius } from './alert-window.js';
import { IncidentsService } from './incidents.service.js';

const SHOWN_SCHOOLS = 20;

/** Tells a dispatcher, before verifying, how many would be told. */
@Injectable()
export class AudiencePreviews {
  constructor(
    private readonly database: Database,
    private readonly incidents: IncidentsService,
    private readonly tags: AudienceTags,
    private readonly audience: AudienceService,
    private readonly schools: SchoolsService,
  ) {}

  /** @throws NotFound, BadInput */
  async of(incidentId: string, radius: number | null | undefined) {
    const radiusMeters = checkedRadius(radius);
    const incident = await this.incidents.byId(incidentId);
    if (!incident) throw new NotFound('There is no incident with this id.');
    const tags = await this.tags.at(this.database.reader, incident, radiusMeters);
    const audience = this.tags.audience(tags, incident.drillId !== null);
    const schools = await this.schools.within(this.database.reader, incident, radiusMeters);
    return {
      devices: roundedCount(await this.audience.count(audience)),
      radiusMeters,
      schools: await Promise.all(
        schools.slice(0, SHOWN_SCHOOLS).map(({ id }) => this.schools.record(id)),
      ),
    };
  }
}
