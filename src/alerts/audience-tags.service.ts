import { Injectable } from '@nestjs/common';
import type { Point } from '../geo/h3.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { once } from '../platform/once.js';
import { SchoolsService } from '../schools/schools.service.js';
import { drillTagOf, tagOfKey, type AreaTag, type Audience } from '../subscriptions/area-tag.js';
import type { AlertRow } from './alert.entity.js';
import { AlertsStore } from './alerts.store.js';
import { audienceRings } from './audience.js';

const CACHED = 2_000;
const PLACES = 500;

/** Made when they are looked at. */
type Ring = () => AreaTag[];

interface Tagged {
  rings: Ring[];
  names: () => Set<string>;
}

/** The tags an alert matches. Computed in memory and never written beside the place. */
@Injectable()
export class AudienceTags {
  private readonly cache = new Map<string, Tagged>();
  /** By place, which they depend on alone: it is asked for in a preview, to decide, and to tell. */
  private readonly cells = new Map<string, Ring>();

  constructor(
    private readonly store: AlertsStore,
    private readonly schools: SchoolsService,
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  async at(tx: Transaction, place: Point, radiusMeters: number): Promise<AreaTag[]> {
    return flat(await this.rings(tx, place, radiusMeters));
  }

  private async rings(tx: Transaction, place: Point, radiusMeters: number): Promise<Ring[]> {
    const within = await this.schools.within(tx, place, radiusMeters);
    const nearest = within[0] ?? (await this.schools.nearest(tx, place));
    const schools = within.length > 0 || !nearest ? within : [nearest];
    const { latitude, longitude } = place;
    const rings = audienceRings({ latitude, longitude }, schools);
    return [this.ring(rings.schools), this.ring(rings.districts), this.cellsAt(place, rings.cells)];
  }

  private ring(keys: () => string[]): Ring {
    return once(() => keys().map((key) => tagOfKey(this.config.keyring, key)));
  }

  private cellsAt({ latitude, longitude }: Point, keys: () => string[]): Ring {
    const place = `${latitude},${longitude}`;
    return this.cells.get(place) ?? kept(this.cells, place, this.ring(keys), PLACES);
  }

  /** Whom the alert is for: a drill's own audience, or the public. */
  async of(alert: AlertRow): Promise<Audience> {
    const { rings } = await this.cached(alert);
    return this.audience(flat(rings), alert.status === 'Exercise');
  }

  /** The same in the order in which they are told. */
  async ringsOf(alert: AlertRow): Promise<Audience[]> {
    const { rings } = await this.cached(alert);
    return rings.map((tags) => this.audienceOf(tags, alert.status === 'Exercise'));
  }

  /** The audience of these tags: a drill's own, or the public. */
  audience(tags: AreaTag[], exercise: boolean): Audience {
    return this.audienceOf(() => tags, exercise);
  }

  private audienceOf(ring: Ring, exercise: boolean): Audience {
    if (!exercise)
      return {
        kind: 'LIVE',
        get tags() {
          return ring();
        },
      };
    const tags = once(() => ring().map((tag) => drillTagOf(this.config.keyring, tag)));
    return {
      kind: 'DRILL',
      get tags() {
        return tags();
      },
    };
  }

  /**
   * Whether a family with these tags is in the alert's audience, or in that of an incident it speaks
   * for; in a drill's, nobody by these.
   */
  async matches(alert: AlertRow, tags: AreaTag[], speaksFor = alert.joined): Promise<boolean> {
    if (alert.status !== 'Actual') return false;
    const wanted = tags.map((tag) => tag.toString('base64url'));
    const isIn = ({ names }: Tagged) => wanted.some((tag) => names().has(tag));
    if (isIn(await this.cached(alert))) return true;
    for (const incidentId of speaksFor) {
      const tagged = await this.cachedOf(incidentId);
      if (tagged && isIn(tagged)) return true;
    }
    return false;
  }

  private async cachedOf(incidentId: string): Promise<Tagged | undefined> {
    const known = this.cache.get(incidentId);
    if (known) return known;
    const [first] = await this.store.ofIncidents(this.database.reader, [incidentId]);
    return first && this.cached(first);
  }

  private async cached(alert: AlertRow): Promise<Tagged> {
    const known = this.cache.get(alert.incidentId);
    if (known) return known;
    const rings = await this.rings(this.database.reader, alert, alert.radiusMeters);
    const names = once(() => new Set(flat(rings).map((tag) => tag.toString('base64url'))));
    return kept(this.cache, alert.incidentId, { rings, names }, CACHED);
  }
}

/** Under a key that is not there yet; of too many the oldest goes. */
function kept<T>(map: Map<string, T>, key: string, value: T, size: number): T {
  if (map.size >= size) map.delete(map.keys().next().value!);
  map.set(key, value);
  return value;
}

const flat = (rings: Ring[]) => rings.flatMap((tags) => tags());
