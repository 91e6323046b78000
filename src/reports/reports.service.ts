import { Injectable } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import type { Viewer } from '../identity/access.js';
import { isCertified } from '../identity/roles.js';
import { Corroborations } from '../incidents/corroboration.service.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import type { FiledSighting } from '../incidents/sighting.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import {
  Database,
  releaseEarly,
  sqlState,
  UNIQUE_VIOLATION,
  type Transaction,
} from '../platform/database.js';
import { BadInput, Conflict, NotFound, Refusal, TrainingExpired } from '../platform/errors.js';
import { Metrics } from '../platform/metrics.js';
import { SchoolsService, type SchoolFacts } from '../schools/schools.service.js';
import type { ReportRow } from './report.entity.js';
import { ReportsStore } from './reports.store.js';
import { SCHOOL_METERS, saluteBytes, saluteProblems, type Salute } from './salute.js';

const NARRATIVE = (id: string) => `report/narrative/${id}`;

/** Files reports, and reads them for those who may. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly database: Database,
    private readonly store: ReportsStore,
    private readonly incidents: IncidentsService,
    private readonly corroborations: Corroborations,
    private readonly schools: SchoolsService,
    private readonly ledger: LedgerStore,
    private readonly bus: Bus,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Files a report: its row, its incident and its ledger entry, or nothing. Filing the same again
   * gives the same report.
   * @throws TrainingExpired, BadInput, Conflict when the id is taken by another report.
   */
  async file(author: Viewer, id: string, salute: Salute): Promise<ReportRow> {
    const fingerprint = this.config.keyring.index(`report/${author.id}`, saluteBytes(salute));
    try {
      return await this.fileNew(author, id, salute, fingerprint);
    } catch (error) {
      // What was filed before is the same report, whatever is wrong with filing it now.
      if (!(error instanceof Refusal) && sqlState(error) !== UNIQUE_VIOLATION) throw error;
      const known = await this.store.byId(this.database.reader, id);
      if (!known) throw error;
      // The first filing may not be on the disk yet, and this answer acknowledges it.
      await this.database.flushed();
      return same(known, fingerprint);
    }
  }

  private async fileNew(
    author: Viewer,
    id: string,
    salute: Salute,
    fingerprint: Buffer,
  ): Promise<ReportRow> {
    const now = this.clock.now();
    this.requireTraining(author, now);
    const problems = saluteProblems(salute, now);
    if (problems.length > 0) throw new BadInput(problems);
    const school = await this.schoolNear(salute.location);
    const filed = { ...sightingOf(author.id, id, salute), school };
    const row = await this.database.transaction((tx) =>
      this.write(tx, author.id, salute, filed, fingerprint, now),
    );
    if (!salute.drill) this.metrics.reports.inc({ activity: salute.activity });
    return row;
  }

  private async write(
    tx: Transaction,
    authorId: string,
    salute: Salute,
    filed: FiledSighting,
    fingerprint: Buffer,
    now: Date,
  ): Promise<ReportRow> {
    const { reportId } = filed;
    const { incidentId, drillId, transition } = await this.incidents.take(tx, filed);
    const row = this.rowOf(authorId, reportId, salute, incidentId, fingerprint, now);
    this.store.insert(tx, row);
    this.bus.announce(tx, 'report', { reportId });
    const corroborate = await this.corroborations.consider(tx, incidentId);
    await this.ledger.append(tx, {
      kind: transition.entry,
      subject: incidentId,
      at: now,
      actor: authorId,
      facts: { reportId, to: transition.to, ...(drillId && { drillId }) },
      sensitive: JSON.parse(saluteBytes(salute).toString()) as object,
    });
    // An alert is heard by everybody: it must be on the disk first. A report is heard by staff.
    if (corroborate) await corroborate();
    else releaseEarly(tx);
    return row;
  }

  /** @throws NotFound also when a responder asks for somebody else's. */
  async visibleTo(viewer: Viewer, id: string): Promise<ReportRow> {
    const report = await this.byId(id);
    if (!report || (viewer.role === 'RESPONDER' && report.authorId !== viewer.id))
      throw new NotFound('There is no report with this id.');
    return report;
  }

  async ofAuthor(viewer: Viewer, size: number, after: string | null | undefined) {
    return this.store.ofAuthor(this.database.reader, viewer.id, size, after);
  }

  async byId(id: string): Promise<ReportRow | null> {
    return this.store.byId(this.database.reader, id);
  }

  /** A responder sees their own reports of an incident, others all. */
  async ofIncident(viewer: Viewer, incidentId: string): Promise<ReportRow[]> {
    const all = await this.store.ofIncident(this.database.reader, incidentId);
    return viewer.role === 'RESPONDER' ? all.filter(({ authorId }) => authorId === viewer.id) : all;
  }

  /** Confidential: for the author and for those who must decide; null for everybody else. */
  narrative(viewer: Viewer, report: ReportRow): string | null {
    const mayRead =
      report.authorId === viewer.id || viewer.role === 'DISPATCHER' || viewer.role === 'ADMIN';
    if (!mayRead || !report.narrative || !report.narrativeKeyId) return null;
    return this.config.keyring
      .open({ keyId: report.narrativeKeyId, bytes: report.narrative }, NARRATIVE(report.id))
      .toString('utf8');
  }

  private requireTraining(author: Viewer, now: Date): void {
    if (isCertified(author, now.toISOString().slice(0, 10))) return;
    throw new TrainingExpired(
      `Your training counted until ${author.certifiedUntil}: renew it, then file this report again.`,
    );
  }

  /** @returns the nearest school, which is near enough. */
  private async schoolNear(location: Salute['location']): Promise<SchoolFacts> {
    const nearest = await this.schools.nearestTo(location);
    if (nearest && nearest.distanceMeters <= SCHOOL_METERS) return nearest;
    const where = nearest
      ? `the nearest is ${nearest.name}, ${nearest.city}, ${(nearest.distanceMeters / 1_000).toFixed(1)} km away`
      : 'no school is known yet';
    throw new BadInput({
      field: 'location',
      message: `must be within ${SCHOOL_METERS / 1_000} km of a known school; ${where}`,
    });
  }

  private rowOf(
    authorId: string,
    id: string,
    salute: Salute,
    incidentId: string,
    fingerprint: Buffer,
    now: Date,
  ): ReportRow {
    const narrative =
      salute.narrative === null
        ? undefined
        : this.config.keyring.seal(Buffer.from(salute.narrative), NARRATIVE(id));
    const { size, unit, location, observedAt, equipment, vantage, activity } = salute;
    const { campus, authority, schoolPolice, drill } = salute;
    return {
      ...{ id, incidentId, authorId, fingerprint, filedAt: now, observedAt },
      ...location,
      ...size,
      ...unit,
      ...{ activity, vantage, equipment, campus, authority, schoolPolice, drill },
      narrative: narrative?.bytes ?? null,
      narrativeKeyId: narrative?.keyId ?? null,
    };
  }
}

function same(report: ReportRow, fingerprint: Buffer): ReportRow {
  if (timingSafeEqual(report.fingerprint, fingerprint)) return report;
  throw new Conflict('id: another report has this id already. A new report needs a new id.');
}

const sightingOf = (
  authorId: string,
  reportId: string,
  salute: Salute,
): Omit<FiledSighting, 'school'> => ({
  reportId,
  authorId,
  drill: salute.drill,
  vantage: salute.vantage,
  activity: salute.activity,
  agency: salute.unit.agency,
  ...salute.size,
  latitude: salute.location.latitude,
  longitude: salute.location.longitude,
  observedAt: salute.observedAt,
});
