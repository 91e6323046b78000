import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { AreaTag } from '../subscriptions/area-tag.js';
import { SchoolsService, type SchoolFacts, type SchoolRecord } from '../schools/schools.service.js';
import { isCorrection } from './alert-builder.js';
import type { AlertRow, ThreadWords } from './alert.entity.js';
import { AlertsService } from './alerts.service.js';
import { AlertsStore } from './alerts.store.js';
import { AudienceTags } from './audience-tags.service.js';
import { ActiveSnapshot } from './feeds/active-snapshot.service.js';
import { localesNear, nearestPayload, type AlertPayload } from './messages.js';

/** Messages older than this are not replayed: they are over. */
const REPLAY_HOURS = 24;
const REPLAY_PAGE = 500;
/** After every message of that very moment. */
const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Reads alerts: for the public, and for families whose socket comes back. */
@Injectable()
export class AlertReader {
  constructor(
    private readonly database: Database,
    private readonly store: AlertsStore,
    private readonly tags: AudienceTags,
    private readonly alerts: AlertsService,
    private readonly schools: SchoolsService,
    private readonly snapshot: ActiveSnapshot,
    private readonly clock: Clock,
  ) {}

  async byId(id: string): Promise<AlertRow | null> {
    return this.store.byId(this.database.reader, id);
  }

  /** As {@link byId}, from what is on where it is: for an alert that was just announced. */
  async announced(id: string): Promise<AlertRow | null> {
    const live = await this.snapshot.read().then(
      (snapshot) => snapshot.live,
      () => [],
    );
    return live.find(({ row }) => row.id === id)?.row ?? this.byId(id);
  }

  async ofIncident(incidentId: string): Promise<AlertRow[]> {
    return this.store.ofIncidents(this.database.reader, [incidentId]);
  }

  /** As {@link ofIncident}, and on with what was told of it after it was merged into another. */
  async thread(incidentId: string): Promise<AlertRow[]> {
    return this.store.thread(this.database.reader, incidentId);
  }

  /** What is on now, for followers of any of the tags; without tags, everywhere. Newest first. */
  async active(tags?: AreaTag[]): Promise<AlertRow[]> {
    const all = await this.snapshot.on('Actual');
    if (!tags) return all.map(({ row }) => row);
    const kept: AlertRow[] = [];
    for (const { row, merged } of all) {
      const speaksFor = [...row.joined, ...merged.map(({ incidentId }) => incidentId)];
      if (await this.tags.matches(row, tags, speaksFor)) kept.push(row);
    }
    return kept;
  }

  /**
   * Messages sent after `since` for followers of the tags or of the incidents, oldest first. Of each
   * incident only the latest, and none that has lapsed: what is over is not told late as if it were on.
   */
  async missed(since: Date, tags: AreaTag[], incidents: string[]): Promise<AlertRow[]> {
    const now = this.clock.now();
    const floor = now.getTime() - REPLAY_HOURS * 3_600_000;
    const from = new Date(Math.max(since.getTime(), floor));
    const sent = (await this.sentAfter(from)).filter(
      ({ kind, expires, supersededBy }) =>
        supersededBy === null && (isCorrection(kind) || expires > now),
    );
    const known = new Set(incidents);
    const live = sent.filter(({ status }) => status === 'Actual');
    const matching = new Set(await this.matching(live, tags));
    const follows = ({ incidentId, joined }: AlertRow) =>
      [incidentId, ...joined].some((id) => known.has(id));
    return sent.filter((alert) => follows(alert) || matching.has(alert));
  }

  /** Everything sent after a moment, oldest first, whomever it is for. */
  async sentAfter(since: Date): Promise<AlertRow[]> {
    const all: AlertRow[] = [];
    let after = { sent: since, id: LAST_UUID };
    for (;;) {
      const page = await this.store.sentAfter(this.database.reader, after, REPLAY_PAGE);
      all.push(...page);
      if (page.length < REPLAY_PAGE) return all;
      after = page.at(-1)!;
    }
  }

  /** Rows as phones got them, in the locale nearest to the one asked for. */
  async payloads(rows: AlertRow[], locale: string): Promise<AlertPayload[]> {
    const all = await this.wordsOf(rows, localesNear(locale));
    return all.map((words) => nearestPayload(words, locale));
  }

  /** One row as phones got it, in every locale it was issued in. */
  async everyPayload(row: AlertRow): Promise<AlertPayload[]> {
    const [words] = await this.wordsOf([row]);
    return words!;
  }

  /** The words for those who were told only of what had been merged, who was told last first. */
  async threads({ id, joined }: AlertRow): Promise<ThreadWords[]> {
    return joined.length > 0 ? this.store.threads(this.database.reader, id) : [];
  }

  /** By id; of rows that are on, without asking the database. */
  async schoolsOf(rows: AlertRow[]): Promise<Map<string, SchoolFacts>> {
    const known = rows.map((row) => this.snapshot.schoolOf(row)).filter((school) => !!school);
    const schools = new Map<string, SchoolFacts>(known.map((school) => [school.id, school]));
    const missing = new Set(rows.map(({ schoolId }) => schoolId).filter((id) => !schools.has(id)));
    for (const school of await this.schools.byIds([...missing])) schools.set(school.id, school);
    return schools;
  }

  /** The school of one alert, with everything that is kept of it. */
  async schoolOf(row: AlertRow): Promise<SchoolRecord | undefined> {
    return this.snapshot.schoolOf(row) ?? this.schools.record(row.schoolId);
  }

  /** As they were issued; alerts from before they were signed are signed now. */
  private async wordsOf(rows: AlertRow[], locales?: string[]): Promise<AlertPayload[][]> {
    const ids = rows.filter(({ payloads }) => !payloads).map(({ id }) => id);
    const issued =
      ids.length > 0
        ? await this.store.payloads(this.database.reader, ids, locales)
        : new Map<string, AlertPayload[]>();
    for (const { id, payloads } of rows)
      if (payloads && Object.keys(payloads).length > 0) issued.set(id, Object.values(payloads));
    if (issued.size === rows.length) return rows.map(({ id }) => issued.get(id)!);
    const schools = await this.schoolsOf(rows);
    return rows.map(
      (row) =>
        issued.get(row.id) ?? Object.values(this.alerts.payloads(row, schools.get(row.schoolId)!)),
    );
  }

  private async matching(rows: AlertRow[], tags: AreaTag[]): Promise<AlertRow[]> {
    const kept: AlertRow[] = [];
    for (const row of rows) if (await this.tags.matches(row, tags)) kept.push(row);
    return kept;
  }
}
