import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { timeZoneAt } from '../alerts/time-zone.js';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Database, settle, type Transaction } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import type { Viewer } from '../identity/access.js';
import { StaffService } from '../identity/staff.service.js';
import { SchoolsService } from '../schools/schools.service.js';
import type { IncidentRow } from './incident.entity.js';
import { OPENING, transition, type Transition } from './incident-lifecycle.js';
import { corroboratingCount } from './corroboration.js';
import { DrillsStore } from './drills.store.js';
import { belongsTo } from './late-report.js';
import { IncidentsStore, type NearIncident } from './incidents.store.js';
import type { ProposalRow } from './proposal.entity.js';
import { cellNumber } from './review/cells.js';
import { StandingProposals } from './standing-proposals.service.js';
import { pictureOf, type FiledSighting, type Picture, type Sighting } from './sighting.js';

/** Where a filed report went. */
export interface Joined {
  incidentId: string;
  /** Null: it is real. */
  drillId: string | null;
  transition: Transition;
}

/** What an incident shows of its reports, with the school they are about. */
type Shown = Picture & Pick<IncidentRow, 'schoolId' | 'districtId' | 'timeZone' | 'cell'>;

/** Incidents as reports make them, and as staff read them. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
    private readonly drills: DrillsStore,
    private readonly proposals: StandingProposals,
    private readonly staff: StaffService,
    private readonly schools: SchoolsService,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /**
   * The report joins the incident it belongs to by its own time, or opens one; the caller writes
   * the ledger.
   * @throws BadInput when it is a drill's and none runs there.
   */
  async take(tx: Transaction, filed: FiledSighting): Promise<Joined> {
    const now = this.clock.now();
    const { drill, school, ...sighting } = filed;
    const drillId = drill ? await this.drills.near(tx, sighting, now) : null;
    const around = await this.store.lockAround(tx, sighting, drillId);
    const known = belongsTo(sighting, around, now);
    const joined = known
      ? await this.join(tx, known, sighting)
      : this.start(tx, sighting, school, drillId);
    this.bus.announce(tx, 'incident', { incidentId: joined.incidentId });
    return joined;
  }

  async byId(id: string): Promise<IncidentRow | null> {
    return this.store.byId(this.database.reader, id);
  }

  /** @throws NotFound also when the viewer is a responder who wrote none of its reports. */
  async visibleTo(viewer: Viewer, id: string): Promise<IncidentRow> {
    const incident = await this.byId(id);
    const mayRead = viewer.role !== 'RESPONDER' || (await this.authorsOf(id)).has(viewer.id);
    if (!incident || !mayRead) throw new NotFound('There is no incident with this id.');
    return incident;
  }

  /** A wide alert of it that waits for a second dispatcher. */
  async proposal(id: string): Promise<ProposalRow | null> {
    return (await this.proposals.of([id])).get(id) ?? null;
  }

  /** How many independent people say so. */
  async corroborating(id: string): Promise<number> {
    const { reader } = this.database;
    const sightings = await this.store.sightings(reader, id);
    const authors = sightings.map(({ authorId }) => authorId);
    return corroboratingCount(sightings, await this.staff.lineages(reader, authors));
  }

  /** Itself, and what was merged into it, also by way of others. */
  async partsOf(id: string): Promise<string[]> {
    return [id, ...(await this.store.mergedInto(this.database.reader, id))];
  }

  /** When those told of it got the correction: since a merge, that of the incident it is part of. */
  async correctedAt({ id, mergedInto, correctedAt }: IncidentRow): Promise<Date | null> {
    if (!mergedInto) return correctedAt;
    const holder = await this.byId(await this.store.heldBy(this.database.reader, id));
    return holder?.correctedAt ?? null;
  }

  /** Of its reports, also where these belong to another incident since a merge. */
  async authorsOf(incidentId: string): Promise<Set<string>> {
    const { reader } = this.database;
    const sightings = await this.store.sightings(
      reader,
      await this.store.heldBy(reader, incidentId),
    );
    return new Set(sightings.map(({ authorId }) => authorId));
  }

  /** What the incident shows of its reports as they are now. */
  async picture(tx: Transaction, id: string): Promise<Shown> {
    return this.shown(tx, await this.store.sightings(tx, id));
  }

  /** An incident for reports that are to be its own; the caller moves them. */
  async open(
    tx: Transaction,
    sightings: readonly Sighting[],
    drillId: string | null,
  ): Promise<IncidentRow> {
    const incident = this.opened(await this.shown(tx, sightings), drillId);
    this.store.insert(tx, incident);
    await settle(tx);
    return incident;
  }

  private opened(shown: Shown, drillId: string | null): IncidentRow {
    return {
      id: randomUUID(),
      state: OPENING.to,
      ...shown,
      openedAt: this.clock.now(),
      verifiedAt: null,
      verifiedBy: null,
      radiusMeters: null,
      expiresAt: null,
      endedAt: null,
      dismissal: null,
      drillId,
      mergedInto: null,
      warnAt: null,
      confirmedAt: null,
      clearedAt: null,
      correctedAt: null,
      synthetic: false,
    };
  }

  private async join(tx: Transaction, known: NearIncident, sighting: Sighting): Promise<Joined> {
    const step = transition(known.state, 'FILE');
    const sightings = await this.store.sightings(tx, known.id);
    this.store.addSighting(tx, known.id, sighting);
    await this.store.update(tx, known.id, await this.shown(tx, [...sightings, sighting]));
    return { incidentId: known.id, drillId: known.drillId, transition: step };
  }

  private start(
    tx: Transaction,
    sighting: Sighting,
    school: FiledSighting['school'],
    drillId: string | null,
  ): Joined {
    const picture = pictureOf([sighting]);
    const incident = this.opened({ ...picture, ...placed(picture, school) }, drillId);
    this.store.insert(tx, incident);
    this.store.addSighting(tx, incident.id, sighting);
    return { incidentId: incident.id, drillId, transition: OPENING };
  }

  private async shown(tx: Transaction, sightings: readonly Sighting[]): Promise<Shown> {
    const picture = pictureOf(sightings);
    const nearest = (await this.schools.nearest(tx, picture))!;
    return { ...picture, ...placed(picture, nearest) };
  }
}

/** Where an incident is, by a school and by the map. */
const placed = (picture: Picture, school: FiledSighting['school']) => ({
  schoolId: school.id,
  districtId: school.districtId,
  timeZone: timeZoneAt(school.latitude, school.longitude),
  cell: cellNumber(picture),
});
