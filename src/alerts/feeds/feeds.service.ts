import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { NotFound } from '../../platform/errors.js';
import { isUuid } from '../../platform/ids.js';
import { Remembered } from '../../platform/remembered.js';
import { SchoolsService, type SchoolFacts } from '../../schools/schools.service.js';
import type { AlertRow } from '../alert.entity.js';
import { AlertsService } from '../alerts.service.js';
import { AlertsStore } from '../alerts.store.js';
import type { AlertPayload } from '../messages.js';
import { ActiveSnapshot } from './active-snapshot.service.js';
import { atomFeed, type FeedFacts } from './atom.js';
import { BodyCache, type KeptBody } from './body-cache.js';
import { capXml } from './cap-xml.js';
import type { Validators } from './conditional.js';
import { isAbout, queryText, type FeedFilter, type FeedQuery } from './feed-query.js';
import { geoJsonFeed } from './geojson.js';
import { changesAgain, goingOn, lastChange } from './last-change.js';
import type { PublishedAlert, Site } from './published-alert.js';
import type { LiveAlert, Snapshot } from './snapshot.store.js';

/** The feeds there are, by path: what each writes, and of which messages. */
export const FEEDS = {
  '/alerts.atom': { write: atomFeed, status: 'Actual', title: 'Campana alerts' },
  '/alerts.geojson': { write: geoJsonFeed, status: 'Actual', title: 'Campana alerts' },
  '/drills.atom': { write: atomFeed, status: 'Exercise', title: 'Campana drills: practice only' },
  '/drills.geojson': {
    write: geoJsonFeed,
    status: 'Exercise',
    title: 'Campana drills: practice only',
  },
} as const satisfies Record<
  string,
  {
    write: (alerts: PublishedAlert[], feed: FeedFacts, site: Site) => string;
    status: AlertRow['status'];
    title: string;
  }
>;
export type FeedPath = keyof typeof FEEDS;

export interface Document extends Validators {
  body: string;
}

const MAX_BODIES = 200;
const MAX_CHARACTERS = 32 * 1024 * 1024;
const CAP_KEPT_MS = 60_000;

/** Alerts for other systems, rendered once for all who ask the same. */
@Injectable()
export class FeedsService {
  private readonly bodies = new BodyCache<KeptBody & Document>(MAX_BODIES, MAX_CHARACTERS);
  private readonly caps: Remembered<Document>;
  private readonly site: Site;

  constructor(
    private readonly snapshot: ActiveSnapshot,
    private readonly database: Database,
    private readonly store: AlertsStore,
    private readonly alerts: AlertsService,
    private readonly schools: SchoolsService,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.site = { publicUrl: config.http.publicUrl };
    const now = () => clock.now().getTime();
    this.caps = new Remembered((id) => this.capOf(id), CAP_KEPT_MS, MAX_BODIES, now);
  }

  /** What is on now, as a feed. */
  async feed(path: FeedPath, query: FeedQuery): Promise<Document> {
    const snapshot = await this.snapshot.read();
    const now = this.clock.now();
    const key = `${path}${queryText(query)}`;
    const kept = this.bodies.get(key, snapshot.version, now);
    if (kept) return kept;
    const fresh = this.render(path, query, snapshot, now);
    this.bodies.set(key, fresh);
    return fresh;
  }

  /**
   * One message as CAP, live or over, drill or not.
   * @throws NotFound
   */
  async cap(id: string): Promise<Document> {
    if (!isUuid(id)) throw new NotFound('There is no such alert.');
    return this.caps.get(id.toLowerCase());
  }

  private render(
    path: FeedPath,
    query: FeedQuery,
    { version, recent, live }: Snapshot,
    now: Date,
  ): KeptBody & Document {
    const { write, status, title } = FEEDS[path];
    const about = (message: Parameters<typeof isAbout>[1] & { status: string }) =>
      message.status === status && isAbout(query.filter, message);
    const messages = goingOn(recent, about);
    const change = lastChange(messages, now);
    const on = live.filter(
      (one) => one.row.expires > now && [placeOf(one), ...one.merged].some(about),
    );
    const facts = {
      title: `${title}${titleOf(query.filter)}`,
      self: `${this.site.publicUrl}${path}${queryText(query)}`,
      locale: query.locale,
      updated: change.at,
    };
    const body = write(
      on.map((one) => this.published(one)),
      facts,
      this.site,
    );
    return { body, etag: etagOf(body), version, until: changesAgain(messages, now), ...change };
  }

  private async capOf(id: string): Promise<Document> {
    const { reader } = this.database;
    const row = await this.store.withWords(reader, id);
    if (!row) throw new NotFound('There is no such alert.');
    const [thread, school, district] = await Promise.all([
      this.store.ofIncidents(reader, [row.incidentId, ...row.joined]),
      this.schools.record(row.schoolId),
      this.schools.district(row.districtId),
    ]);
    const earlier = thread.filter((one) => row.references.includes(one.id));
    const body = capXml(
      this.published({ row, earlier, school: school!, district: district! }),
      this.site,
    );
    return { body, etag: etagOf(body), at: row.sent, alone: true };
  }

  private published({ row, earlier, school, district }: Omit<LiveAlert, 'merged'>): PublishedAlert {
    return { alert: row, earlier, school, district, payloads: this.payloadsOf(row, school) };
  }

  /** What phones got, by locale; an alert from before words were kept is written now. */
  private payloadsOf(row: AlertRow, school: SchoolFacts): Record<string, AlertPayload> {
    const { payloads = {} } = row;
    return Object.keys(payloads).length > 0 ? payloads : this.alerts.payloads(row, school);
  }
}

const placeOf = ({ row, school }: LiveAlert) => ({
  status: row.status,
  schoolId: row.schoolId,
  districtId: row.districtId,
  state: school.state,
});

/** Strong: the body's own digest. */
const etagOf = (body: string) => `"${createHash('sha256').update(body).digest('base64url')}"`;

/** ": FL; 1201440", or nothing. */
function titleOf(filter: FeedFilter): string {
  const named = [filter.state, filter.district, filter.school]
    .filter((values) => values.length > 0)
    .map((values) => values.join(', '));
  return named.length > 0 ? ` (${named.join('; ')})` : '';
}
