import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import type { Viewer } from '../identity/access.js';
import { SchoolsService } from '../schools/schools.service.js';
import type { IncidentRow } from './incident.entity.js';
import { OPENING, transition, type Transition } from './incident-lifecycle.js';
import { IncidentsStore, type IncidentFilter } from './incidents.store.js';
import { pictureOf, type Picture, type Sighting } from './sighting.js';

/** Where a filed report went. */
export interface Joined {
  incidentId: string;
  transition: Transition;
}

/** Incidents as reports make them, and as staff read them. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
    private readonly schools: SchoolsService,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** The report joins the open incident it belongs to, or opens one; the caller writes the ledger. */
  async take(tx: Transaction, sighting: Sighting): Promise<Joined> {
    await this.store.lockPlace(tx, sighting);
    const known = await this.store.lockJoinable(tx, sighting);
    const joined = known ? await this.join(tx, known, sighting) : await this.start(tx, sighting);
    await this.bus.announce(tx, 'incident', { incidentId: joined.incidentId });
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

  async list(filter: IncidentFilter, size: number, after?: string | null) {
    return this.store.list(this.database.reader, filter, size, after);
  }

  async authorsOf(incidentId: string): Promise<Set<string>> {
    const sightings = await this.store.sightings(this.database.reader, incidentId);
    return new Set(sightings.map(({ authorId }) => authorId));
  }

  private async join(tx: Transaction, known: IncidentRow, sighting: Sighting): Promise<Joined> {
    const step = transition(known.state, 'FILE');
    const sightings = await this.store.sightings(tx, known.id);
    await this.store.addSighting(tx, known.id, sighting);
    const { witnesses: _, ...picture } = pictureOf([...sightings, sighting]);
    await this.store.update(tx, known.id, { ...picture, ...(await this.school(tx, picture)) });
    return { incidentId: known.id, transition: step };
  }

  private async start(tx: Transaction, sighting: Sighting): Promise<Joined> {
    const { witnesses: _, ...picture } = pictureOf([sighting]);
    const incident: IncidentRow = {
      id: randomUUID(),
      state: OPENING.to,
      ...picture,
      ...(await this.school(tx, picture)),
      openedAt: this.clock.now(),
      verifiedAt: null,
      verifiedBy: null,
      radiusMeters: null,
      expiresAt: null,
      endedAt: null,
      dismissal: null,
    };
    await this.store.insert(tx, incident);
    await this.store.addSighting(tx, incident.id, sighting);
    return { incidentId: incident.id, transition: OPENING };
  }

  private async school(tx: Transaction, place: Pick<Picture, 'latitude' | 'longitude'>) {
    const nearest = (await this.schools.nearest(tx, place))!;
    return { schoolId: nearest.id, districtId: nearest.districtId };
  }
}
