import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { distanceMeters } from '../geo/distance.js';
import type { Point } from '../geo/h3.js';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import type { Transaction } from '../platform/database.js';
import { BadInput } from '../platform/errors.js';
import { DrillRow } from './drill.entity.js';
import { IncidentRow } from './incident.entity.js';

/** A report of a drill is about its school: this near to it. */
export const DRILL_METERS = 5_000;

@Injectable()
export class DrillsStore {
  async insert(tx: Transaction, drill: DrillRow): Promise<void> {
    await tx.getRepository(DrillRow).insert(drill);
  }

  async byId(tx: Transaction, id: string): Promise<DrillRow | null> {
    return tx.getRepository(DrillRow).findOneBy({ id });
  }

  async lock(tx: Transaction, id: string): Promise<DrillRow | null> {
    return tx
      .getRepository(DrillRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async end(tx: Transaction, id: string, at: Date): Promise<void> {
    await tx.getRepository(DrillRow).update(id, { endedAt: at });
  }

  /** The running drill nearest to a place. @throws BadInput when there is none within reach. */
  async near(tx: Transaction, place: Point, now: Date): Promise<string> {
    const running = await tx
      .getRepository(DrillRow)
      .findBy({ endedAt: IsNull(), endsAt: MoreThan(now) });
    const [nearest] = running
      .map((drill) => ({ drill, meters: distanceMeters(drill, place) }))
      .filter(({ meters }) => meters <= DRILL_METERS)
      .sort((a, b) => a.meters - b.meters);
    if (nearest) {
      // It does not end while a report is joining it.
      await tx.query('SELECT 1 FROM drill WHERE id = $1 FOR SHARE', [nearest.drill.id]);
      return nearest.drill.id;
    }
    throw new BadInput({
      field: 'drill',
      message: `no drill runs within ${DRILL_METERS / 1_000} km of this place: start one, or file a real observation without drill`,
    });
  }

  async incidents(tx: Transaction, drillId: string): Promise<IncidentRow[]> {
    return tx.getRepository(IncidentRow).find({ where: { drillId }, order: { openedAt: 'ASC' } });
  }

  async list(
    tx: Transaction,
    size: number,
    after: string | null | undefined,
  ): Promise<Page<DrillRow>> {
    const cursor = decodeCursor(after, ['instant', 'uuid']);
    const query = tx.getRepository(DrillRow).createQueryBuilder('drill');
    if (cursor)
      query.where('(drill.startedAt, drill.id) < (:at::timestamptz, :id::uuid)', {
        at: cursor[0],
        id: cursor[1],
      });
    const rows = await query
      .orderBy('drill.startedAt', 'DESC')
      .addOrderBy('drill.id', 'DESC')
      .limit(size + 1)
      .getMany();
    return pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.startedAt.toISOString(), row.id],
    );
  }
}
