import { Injectable } from '@nestjs/common';
import type { Point } from '../geo/h3.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { SchoolsService } from '../schools/schools.service.js';
import { drillTagOf, tagOfKey, type AreaTag, type Audience } from '../subscriptions/area-tag.js';
import type { AlertRow } from './alert.entity.js';
import { audienceKeys } from './audience.js';

const CACHED = 500;

/** The tags an alert matches. Computed in memory and never written beside the place. */
@Injectable()
export class AudienceTags {
  private readonly cache = new Map<string, { tags: AreaTag[]; names: Set<string> }>();

  constructor(
    private readonly schools: SchoolsService,
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  async at(tx: Transaction, place: Point, radiusMeters: number): Promise<AreaTag[]> {
    const within = await this.schools.within(tx, place, radiusMeters);
    const nearest = within[0] ?? (await this.schools.nearest(tx, place));
    const schools = within.length > 0 || !nearest ? within : [nearest];
    return audienceKeys(place, schools).map((key) => tagOfKey(this.config.keyring, key));
  }

  /** Whom the alert is for: a drill's own audience, or the public. */
  async of(alert: AlertRow): Promise<Audience> {
    const { tags } = await this.cached(alert);
    return this.audience(tags, alert.status === 'Exercise');
  }

  /** The audience of these tags: a drill's own, or the public. */
  audience(tags: AreaTag[], exercise: boolean): Audience {
    if (!exercise) return { kind: 'LIVE', tags };
    return { kind: 'DRILL', tags: tags.map((tag) => drillTagOf(this.config.keyring, tag)) };
  }

  /** Whether a family with these tags is in the alert's audience; in a drill's, nobody by these. */
  async matches(alert: AlertRow, tags: AreaTag[]): Promise<boolean> {
    if (alert.status !== 'Actual') return false;
    const { names } = await this.cached(alert);
    return tags.some((tag) => names.has(tag.toString('base64url')));
  }

  private async cached(alert: AlertRow) {
    const known = this.cache.get(alert.incidentId);
    if (known) return known;
    const tags = await this.at(this.database.reader, alert, alert.radiusMeters);
    const entry = { tags, names: new Set(tags.map((tag) => tag.toString('base64url'))) };
    if (this.cache.size >= CACHED) this.cache.delete(this.cache.keys().next().value!);
    this.cache.set(alert.incidentId, entry);
    return entry;
  }
}
