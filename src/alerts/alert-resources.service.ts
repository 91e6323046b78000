import { Injectable } from '@nestjs/common';
import { IdentityService } from '../identity/identity.service.js';
import { Clock } from '../platform/clock.js';
import type { AudienceName, Resource } from '../resources/resource.js';
import { ResourcesService } from '../resources/resources.service.js';
import type { AlertRow } from './alert.entity.js';
import { AlertReader } from './alert-reader.service.js';
import { localDay, timeZoneAt } from './time-zone.js';

/**
 * What readers of an alert are told to do. It is what holds today at the alert’s school: whoever opens an
 * old alert must not act on a text that was found wrong since. Which text stood on the alert’s own day is
 * in the history of each resource.
 */
@Injectable()
export class AlertResources {
  constructor(
    private readonly reader: AlertReader,
    private readonly resources: ResourcesService,
    private readonly identity: IdentityService,
    private readonly clock: Clock,
  ) {}

  /** @param locales BCP 47 tags, the most wanted first. */
  async of(
    alert: AlertRow,
    locales: readonly string[],
    audience: AudienceName,
  ): Promise<Resource[]> {
    const school = await this.reader.schoolOf(alert);
    const zone = school ? timeZoneAt(school.latitude, school.longitude) : 'UTC';
    return this.resources.shownTo({
      ...{ audience, locales, state: school?.state ?? null, districtId: alert.districtId },
      day: localDay(zone, this.clock.now()),
    });
  }

  /** For whom texts are chosen where the request does not say: by whose token it came with. */
  async audienceOf(token: string | undefined): Promise<AudienceName> {
    return (await this.identity.viewerOf(token)) ? 'RESPONDERS' : 'FAMILIES';
  }
}
