import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { cellsWithin, type Point } from '../geo/h3.js';
import { boxAround, latitudeBands } from '../geo/distance.js';
import { lastly, type Transaction } from '../platform/database.js';
import { insertion, run, statement } from '../platform/statements.js';
import { IncidentRow, SightingRow } from './incident.entity.js';
import type { Candidate } from './late-report.js';
import { LIKE_METERS, LIKE_MINUTES } from './likeness.js';
import { JOIN_METERS, JOIN_MINUTES, type Sighting } from './sighting.js';

const EARLIER_DAYS = 30;

/** West and east. */
type Range = [number, number];

/** Cells about 7 km across: reports near one another always share one. */
const LOCK_RESOLUTION = 6;

/** As much of an incident as tells whether a report belongs to it. */
export type NearIncident = Candidate & Pick<IncidentRow, 'drillId'>;

const AROUND = statement(
  `SELECT id, state, latitude, longitude, first_observed_at AS "firstObservedAt",
     last_observed_at AS "lastObservedAt", confirmed_at AS "confirmedAt", ended_at AS "endedAt",
     drill_id AS "drillId"
   FROM incidents_around($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);

const MERGED = `WITH RECURSIVE merged AS (
  SELECT id, verified_at FROM incident WHERE merged_into = $1
  UNION
  SELECT incident.id, incident.verified_at
  FROM merged JOIN incident ON incident.merged_into = merged.id)`;

@Injectable()
export class IncidentsStore {
  /** @returns each once. */
  async districtsOf(tx: Transaction, ids: readonly string[]): Promise<string[]> {
    const rows = (await tx.query(
      'SELECT DISTINCT district_id AS id FROM incident WHERE id = ANY($1::uuid[])',
      [ids],
    )) as { id: string }[];
    return rows.map(({ id }) => id);
  }

  /**
   * Incidents around a sighting in place and time, of a drill or real, their rows locked. Lets one
   * report at a time decide, among those near one another, which incident it belongs to: held until
   * the transaction ends; taken in one order, so that no two wait in a circle.
   */
  async lockAround(
    tx: Transaction,
    sighting: Sighting,
    drillId: string | null,
  ): Promise<NearIncident[]> {
    const cells = cellsWithin(sighting, LOCK_RESOLUTION, JOIN_METERS).sort();
    const { south, north, longitudes } = boxAround(sighting, JOIN_METERS);
    const [[west, east], [west2, east2] = [west, east]] = longitudes as [Range, Range?];
    const observed = sighting.observedAt.getTime();
    const reach = JOIN_MINUTES * 60_000;
    const times = [new Date(observed - reach), new Date(observed + reach)];
    const box = [south, north, west, east, west2, east2];
    const places = cells.map((cell) => `place:${cell}`);
    const values = [places, drillId, latitudeBands(south, north), ...box, ...times];
    return run<NearIncident>(tx, AROUND, values);
  }

  /** Incidents that may be the same as one: near it in place and time, those merged left out. */
  async like(tx: Transaction, incident: IncidentRow): Promise<IncidentRow[]> {
    const span = { first: incident.firstObservedAt, last: incident.lastObservedAt };
    const reach = { meters: LIKE_METERS, minutes: LIKE_MINUTES };
    return this.around(tx, incident, span, reach, incident.drillId)
      .andWhere('incident.id <> :id', { id: incident.id })
      .orderBy('incident.lastObservedAt', 'DESC')
      .limit(100)
      .getMany();
  }

  /** What happened within some 3 km in the 30 days before an incident. */
  async before(tx: Transaction, incident: IncidentRow): Promise<IncidentRow[]> {
    const { id, openedAt, firstObservedAt } = incident;
    const span = { first: firstObservedAt, last: firstObservedAt };
    const reach = { meters: LIKE_METERS, minutes: EARLIER_DAYS * 24 * 60 };
    return this.around(tx, incident, span, reach, incident.drillId)
      .andWhere('(incident.openedAt, incident.id) < (:openedAt, :id)', { openedAt, id })
      .orderBy('incident.openedAt', 'DESC')
      .limit(100)
      .getMany();
  }

  /**
   * Active ones that lapse before a moment, and unverified ones, the last observed first: what lies
   * there undecided for days must not keep out what has just come in.
   */
  async waiting(
    tx: Transaction,
    drills: boolean,
    lapseBefore: Date,
    limit: number,
  ): Promise<IncidentRow[]> {
    return tx
      .getRepository(IncidentRow)
      .createQueryBuilder('incident')
      .where(
        `(incident.state = 'UNVERIFIED' OR incident.state = 'ACTIVE' AND incident.expiresAt < :lapseBefore)`,
        { lapseBefore },
      )
      .andWhere(drills ? 'incident.drillId IS NOT NULL' : 'incident.drillId IS NULL')
      .orderBy('incident.state')
      .addOrderBy('incident.lastObservedAt', 'DESC')
      .addOrderBy('incident.id')
      .limit(limit)
      .getMany();
  }

  async sightingsOf(tx: Transaction, incidentIds: string[]): Promise<SightingRow[]> {
    return tx.getRepository(SightingRow).findBy({ incidentId: In(incidentIds) });
  }

  private around(
    tx: Transaction,
    point: Point,
    { first, last }: { first: Date; last: Date },
    { meters, minutes }: { meters: number; minutes: number },
    drillId: string | null,
  ) {
    const { south, north, longitudes } = boxAround(point, meters);
    const [[west, east], [west2, east2] = [west, east]] = longitudes as [Range, Range?];
    const reach = minutes * 60_000;
    const from = new Date(first.getTime() - reach);
    const to = new Date(last.getTime() + reach);
    return tx
      .getRepository(IncidentRow)
      .createQueryBuilder('incident')
      .where(`incident.state <> 'MERGED' AND incident.drillId IS NOT DISTINCT FROM :drillId`, {
        drillId,
      })
      .andWhere('floor(incident.latitude * 10) = ANY(:bands)', {
        bands: latitudeBands(south, north),
      })
      .andWhere('NOT incident.synthetic')
      .andWhere('incident.latitude BETWEEN :south AND :north', { south, north })
      .andWhere(
        '(incident.longitude BETWEEN :west AND :east OR incident.longitude BETWEEN :west2 AND :east2)',
        { west, east, west2, east2 },
      )
      .andWhere('incident.firstObservedAt <= :to', { to })
      .andWhere(
        `(incident.lastObservedAt >= :from OR incident.confirmedAt IS NOT NULL
          AND (incident.endedAt IS NULL OR incident.endedAt >= :from))`,
        { from },
      );
  }

  /** One decision at a time among those that would alarm a district. */
  async lockDistrict(tx: Transaction, districtId: string): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `district:${districtId}`,
    ]);
  }

  /** Two rows, locked in one order, so that two merges do not wait in a circle. */
  async lockBoth(tx: Transaction, a: string, b: string): Promise<Map<string, IncidentRow>> {
    const found = new Map<string, IncidentRow>();
    for (const id of [a, b].sort()) {
      const row = await this.lock(tx, id);
      if (row) found.set(id, row);
    }
    return found;
  }

  /** Incidents merged into this one, also by way of others. */
  async mergedInto(tx: Transaction, id: string): Promise<string[]> {
    const rows = (await tx.query(`${MERGED} SELECT id FROM merged`, [id])) as { id: string }[];
    return rows.map((row) => row.id);
  }

  /** Those of them of which families were told. */
  async threadsMergedInto(tx: Transaction, id: string): Promise<string[]> {
    const told = `${MERGED} SELECT id FROM merged WHERE verified_at IS NOT NULL`;
    return ((await tx.query(told, [id])) as { id: string }[]).map((row) => row.id);
  }

  /** The reports go over to another incident; their rows follow by foreign key. */
  async moveSightings(tx: Transaction, reportIds: string[], into: string): Promise<void> {
    await tx.query(`UPDATE incident_sighting SET incident_id = $2 WHERE report_id = ANY($1)`, [
      reportIds,
      into,
    ]);
  }

  /** With the commit. */
  insert(tx: Transaction, incident: IncidentRow): void {
    const { made, values } = insertion(tx, IncidentRow, incident);
    lastly(tx, made, values);
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

  /** With the commit. */
  addSighting(tx: Transaction, incidentId: string, sighting: Sighting): void {
    const { made, values } = insertion(tx, SightingRow, { ...sighting, incidentId });
    lastly(tx, made, values);
  }

  /** The incident that its reports belong to now: itself, or since a merge another. */
  async heldBy(tx: Transaction, incidentId: string): Promise<string> {
    const rows = (await tx.query(
      `WITH RECURSIVE held AS (
         SELECT id, merged_into FROM incident WHERE id = $1
         UNION
         SELECT incident.id, incident.merged_into
           FROM held JOIN incident ON incident.id = held.merged_into)
       SELECT id FROM held WHERE merged_into IS NULL`,
      [incidentId],
    )) as { id: string }[];
    return rows[0]?.id ?? incidentId;
  }

  async sightings(tx: Transaction, incidentId: string): Promise<SightingRow[]> {
    return tx
      .getRepository(SightingRow)
      .find({ where: { incidentId }, order: { observedAt: 'ASC' } });
  }

  /** In the order of the ids. */
  async byIds(tx: Transaction, ids: string[]): Promise<IncidentRow[]> {
    if (ids.length === 0) return [];
    const found = await tx.getRepository(IncidentRow).findBy({ id: In(ids) });
    const byId = new Map(found.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}
