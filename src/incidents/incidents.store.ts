import { Injectable } from '@nestjs/common';
import { cellsWithin, type Point } from '../geo/h3.js';
import { boxAround, distanceMeters } from '../geo/distance.js';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import type { Transaction } from '../platform/database.js';
import { IncidentRow, SightingRow } from './incident.entity.js';
import { OPEN_STATES, type IncidentState } from './incident-lifecycle.js';
import { JOIN_METERS, JOIN_MINUTES, type Sighting } from './sighting.js';

export interface IncidentFilter {
  states?: IncidentState[] | null;
  schoolId?: string | null;
  districtId?: string | null;
  since?: Date | null;
  until?: Date | null;
}

/** Cells about 7 km across: reports near one another always share one. */
const LOCK_RESOLUTION = 6;

@Injectable()
export class IncidentsStore {
  /**
   * Lets one report at a time decide, among those near one another, which incident it belongs to.
   * Held until the transaction ends; taken in one order, so that no two wait in a circle.
   */
  async lockPlace(tx: Transaction, point: Point): Promise<void> {
    for (const cell of cellsWithin(point, LOCK_RESOLUTION, JOIN_METERS).sort())
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`place:${cell}`]);
  }

  /** The nearest open incident the sighting belongs to, its row locked. */
  async lockJoinable(tx: Transaction, sighting: Sighting): Promise<IncidentRow | undefined> {
    const box = boxAround(sighting, JOIN_METERS);
    const reach = JOIN_MINUTES * 60_000;
    const candidates = await tx
      .getRepository(IncidentRow)
      .createQueryBuilder('incident')
      .setLock('pessimistic_write')
      .where('incident.state IN (:...states)', { states: OPEN_STATES })
      .andWhere('incident.latitude BETWEEN :south AND :north', {
        south: box.south,
        north: box.north,
      })
      .andWhere('incident.lastObservedAt >= :from', {
        from: new Date(sighting.observedAt.getTime() - reach),
      })
      .andWhere('incident.firstObservedAt <= :to', {
        to: new Date(sighting.observedAt.getTime() + reach),
      })
      .orderBy('incident.id')
      .getMany();
    const near = candidates
      .map((incident) => ({ incident, meters: distanceMeters(incident, sighting) }))
      .filter(({ meters }) => meters <= JOIN_METERS)
      .sort((a, b) => a.meters - b.meters);
    return near[0]?.incident;
  }

  async insert(tx: Transaction, incident: IncidentRow): Promise<void> {
    await tx.getRepository(IncidentRow).insert(incident);
  }

  async update(tx: Transaction, id: string, change: Partial<IncidentRow>): Promise<void> {
    await tx.getRepository(IncidentRow).update(id, change);
  }

  async lock(tx: Transaction, id: string): Promise<IncidentRow | null> {
    return tx
      .getRepository(IncidentRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async byId(tx: Transaction, id: string): Promise<IncidentRow | null> {
    return tx.getRepository(IncidentRow).findOneBy({ id });
  }

  async addSighting(tx: Transaction, incidentId: string, sighting: Sighting): Promise<void> {
    await tx.getRepository(SightingRow).insert({ ...sighting, incidentId });
  }

  async sightings(tx: Transaction, incidentId: string): Promise<SightingRow[]> {
    return tx
      .getRepository(SightingRow)
      .find({ where: { incidentId }, order: { observedAt: 'ASC' } });
  }

  async list(
    tx: Transaction,
    filter: IncidentFilter,
    size: number,
    after: string | null | undefined,
  ): Promise<Page<IncidentRow>> {
    const cursor = decodeCursor(after, ['instant', 'uuid']);
    const query = tx.getRepository(IncidentRow).createQueryBuilder('incident');
    if (filter.states?.length)
      query.andWhere('incident.state IN (:...states)', { states: filter.states });
    if (filter.schoolId) query.andWhere('incident.schoolId = :schoolId', filter);
    if (filter.districtId) query.andWhere('incident.districtId = :districtId', filter);
    if (filter.since) query.andWhere('incident.openedAt >= :since', filter);
    if (filter.until) query.andWhere('incident.openedAt < :until', filter);
    if (cursor)
      query.andWhere('(incident.openedAt, incident.id) < (:at::timestamptz, :id::uuid)', {
        at: cursor[0],
        id: cursor[1],
      });
    const rows = await query
      .orderBy('incident.openedAt', 'DESC')
      .addOrderBy('incident.id', 'DESC')
      .limit(size + 1)
      .getMany();
    return pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.openedAt.toISOString(), row.id],
    );
  }
}
