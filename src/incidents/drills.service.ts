import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AlertReader } from '../alerts/alert-reader.service.js';
import { DeliveryTotals } from '../delivery/delivery-totals.service.js';
import type { Viewer } from '../identity/access.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, NotFound } from '../platform/errors.js';
import { Queue } from '../platform/queue.js';
import { SchoolsService } from '../schools/schools.service.js';
import type { DrillRow } from './drill.entity.js';
import { drillReport, type DrillReport } from './drill-report.js';
import { DrillsStore } from './drills.store.js';
import type { IncidentRow } from './incident.entity.js';
import { transition } from './incident-lifecycle.js';
import { IncidentSteps } from './incident-steps.service.js';
import { IncidentsStore } from './incidents.store.js';
import { pictureOf } from './sighting.js';
import { tellingOf } from './telling.js';

export const DEFAULT_DRILL_MINUTES = 60;
export const MAX_DRILL_MINUTES = 240;

/** Exercises of the whole path, apart from everything real. */
@Injectable()
export class Drills {
  constructor(
    private readonly database: Database,
    private readonly store: DrillsStore,
    private readonly incidents: IncidentsStore,
    private readonly steps: IncidentSteps,
    private readonly schools: SchoolsService,
    private readonly reader: AlertReader,
    private readonly totals: DeliveryTotals,
    private readonly ledger: LedgerStore,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {}

  /** @throws BadInput */
  async start(viewer: Viewer, schoolId: string, minutes: number | null | undefined) {
    const lasts = minutes ?? DEFAULT_DRILL_MINUTES;
    if (!Number.isInteger(lasts) || lasts < 1 || lasts > MAX_DRILL_MINUTES)
      throw new BadInput({ field: 'minutes', message: `must be from 1 to ${MAX_DRILL_MINUTES}` });
    const [school] = await this.schools.byIds([schoolId]);
    if (!school) throw new BadInput({ field: 'schoolId', message: 'there is no such school' });
    const now = this.clock.now();
    const endsAt = new Date(now.getTime() + lasts * 60_000);
    const { latitude, longitude } = school;
    const drill: DrillRow = {
      ...{ id: randomUUID(), schoolId, latitude, longitude },
      ...{ startedBy: viewer.id, startedAt: now, endsAt, endedAt: null },
    };
    await this.database.transaction(async (tx) => {
      await this.store.insert(tx, drill);
      await this.queue.send(tx, 'drillEnd', { drillId: drill.id }, { startAfter: endsAt });
      const facts = { schoolId, endsAt: endsAt.toISOString() };
      const entry = { kind: 'drill.started', subject: drill.id, at: now, actor: viewer.id, facts };
      await this.ledger.append(tx, entry);
    });
    return drill;
  }

  /** What is still on is cleared, so that whoever was told hears that it is over. */
  async end(drillId: string, actor: string): Promise<DrillRow> {
    return this.database.transaction(async (tx) => {
      const drill = await this.store.lock(tx, drillId);
      if (!drill) throw new NotFound('There is no drill with this id.');
      if (drill.endedAt) return drill;
      const now = this.clock.now();
      await this.store.end(tx, drillId, now);
      // All of them before the first entry in the ledger, whose lock everybody else waits for.
      const incidents = await this.lockAll(tx, await this.store.incidents(tx, drillId));
      for (const incident of incidents) await this.close(tx, incident, actor, now);
      const entry = { kind: 'drill.ended', subject: drillId, at: now, actor, facts: {} };
      await this.ledger.append(tx, entry);
      return { ...drill, endedAt: now };
    });
  }

  /** By the clock, when its time is up. */
  async endInTime(drillId: string): Promise<void> {
    const drill = await this.byId(drillId);
    if (!drill || drill.endedAt) return;
    const left = drill.endsAt.getTime() - this.clock.now().getTime();
    if (left <= 0) await this.end(drillId, 'clock');
    else
      await this.database.transaction((tx) =>
        this.queue.send(tx, 'drillEnd', { drillId }, { startAfter: Math.ceil(left / 1_000) }),
      );
  }

  async byId(id: string): Promise<DrillRow | null> {
    return this.store.byId(this.database.reader, id);
  }

  async list(size: number, after: string | null | undefined) {
    return this.store.list(this.database.reader, size, after);
  }

  async incidentsOf(drillId: string): Promise<IncidentRow[]> {
    return this.store.incidents(this.database.reader, drillId);
  }

  /** What a live alert would have shown: who was reached, how fast, and how long each step took. */
  async report(drill: DrillRow): Promise<DrillReport> {
    const incidents = await this.incidentsOf(drill.id);
    const told = await Promise.all(
      incidents.map(async (incident) => ({
        ...incident,
        alerts: await this.reader.ofIncident(incident.id),
        deliveries: await this.totals.ofIncident(incident.id),
      })),
    );
    return drillReport(drill, told);
  }

  /** In the order in which others lock several. */
  private async lockAll(tx: Transaction, incidents: IncidentRow[]): Promise<IncidentRow[]> {
    const ids = incidents.map(({ id }) => id).sort();
    const locked: IncidentRow[] = [];
    for (const id of ids) locked.push((await this.incidents.lock(tx, id))!);
    return locked;
  }

  private async close(tx: Transaction, incident: IncidentRow, actor: string, now: Date) {
    const action = { ACTIVE: 'CLEAR', UNVERIFIED: 'DISMISS' } as const;
    const next = action[incident.state as keyof typeof action];
    if (!next) return;
    await this.steps.take(tx, incident, {
      transition: transition(incident.state, next),
      ...{ actor, now },
      telling: tellingOf(pictureOf(await this.incidents.sightings(tx, incident.id)), 1),
      ...(next === 'DISMISS' && { change: { dismissal: 'UNABLE_TO_VERIFY' } }),
    });
  }
}
