import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { AlertRow } from '../../src/alerts/alert.entity.js';
import { AlertsStore } from '../../src/alerts/alerts.store.js';
import { AudienceTags } from '../../src/alerts/audience-tags.service.js';
import type { Point } from '../../src/geo/h3.js';
import { Clock } from '../../src/platform/clock.js';
import { Config } from '../../src/platform/config.js';
import { Database, serviceDataSource } from '../../src/platform/database.js';
import { processEnvironment } from '../../src/platform/env.js';
import type { Secrets } from '../../src/platform/env.js';
import { SCHOOL_ENTITIES } from '../../src/schools/district.entity.js';
import { NearbyStore } from '../../src/schools/nearby.store.js';
import { SchoolsService } from '../../src/schools/schools.service.js';
import { SchoolsStore } from '../../src/schools/schools.store.js';
import { AudienceService } from '../../src/subscriptions/audience.service.js';
import { AudienceStore } from '../../src/subscriptions/audience.store.js';
import { DeviceSet } from '../../src/subscriptions/device-set.js';
import { SubscriptionsStore } from '../../src/subscriptions/subscriptions.store.js';

const RADIUS_METERS = 1_500;

export interface Matching {
  /**
   * Hands over every device an alert there is for, each once: ring by ring, page by page, as a
   * fan-out is planned.
   * @returns how many
   */
  match(place: Point): Promise<number>;
  close(): Promise<void>;
}

/** The service's own parts that find an alert's audience. */
export async function matching(url: string, secrets: Record<string, string>): Promise<Matching> {
  const source = await new DataSource({
    ...serviceDataSource(url),
    entities: SCHOOL_ENTITIES,
  }).initialize();
  const database = new Database(source);
  const clock = new Clock();
  const config = Config.from(processEnvironment(), url, secrets as unknown as Secrets);
  const schools = new SchoolsService(database, new SchoolsStore(), new NearbyStore(), clock);
  const tags = new AudienceTags(new AlertsStore(), schools, database, config);
  const audience = new AudienceService(
    database,
    new SubscriptionsStore(),
    new AudienceStore(),
    config,
    clock,
  );
  const match = async (place: Point) => {
    const alert = Object.assign(new AlertRow(), {
      ...place,
      incidentId: randomUUID(),
      radiusMeters: RADIUS_METERS,
      status: 'Actual',
    });
    const rings = await tags.ringsOf(alert);
    let found = 0;
    await database.snapshot(async (tx) => {
      for await (const { devices } of audience.pages(tx, rings, new DeviceSet()))
        found += devices.length;
    });
    return found;
  };
  return { match, close: () => source.destroy() };
}
