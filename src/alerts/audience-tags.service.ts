import { Injectable } from '@nestjs/common';
import type { Point } from '../geo/h3.js';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { SchoolsService } from '../schools/schools.service.js';
import type { AlertRow } from './alert.entity.js';
import { audienceKeys } from './audience.js';

const CACHED = 500;

/** The tags an alert matches. Computed in memory and never written beside the place. */
@Injectable()
export class AudienceTags {
  private readonly cache = new Map<string, { tags: Buffer[]; names: Set<string> }>();

  constructor(
    private readonly schools: SchoolsService,
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  async at(place: Point, radiusMeters: number): Promise<Buffer[]> {
    const { reader } = this.database;
    const within = await this.schools.within(reader, place, radiusMeters);
    const nearest = within[0] ?? (await this.schools.nearest(reader, place));
    const schools = within.length > 0 || !nearest ? within : [nearest];
    return audienceKeys(place, schools).map((key) => this.config.keyring.areaTag(key));
  }

  async of(alert: AlertRow): Promise<Buffer[]> {
    return (await this.cached(alert)).tags;
  }

  /** Whether a family with these tags is in the alert's audience. */
  async matches(alert: AlertRow, tags: Buffer[]): Promise<boolean> {
    const { names } = await this.cached(alert);
    return tags.some((tag) => names.has(tag.toString('base64url')));
  }

  private async cached(alert: AlertRow) {
    const known = this.cache.get(alert.incidentId);
    if (known) return known;
    const tags = await this.at(alert, alert.radiusMeters);
    const entry = { tags, names: new Set(tags.map((tag) => tag.toString('base64url'))) };
    if (this.cache.size >= CACHED) this.cache.delete(this.cache.keys().next().value!);
    this.cache.set(alert.incidentId, entry);
    return entry;
  }
}
