import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not } from 'typeorm';
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

  async isOver(tx: Transaction, id: string): Promise<boolean> {
    return tx.getRepository(DrillRow).existsBy({ id, endedAt: Not(IsNull()) });
  }

  async end(tx: Transaction, id: string, at: Date): Promise<void> {
    await tx.getRepository(DrillRow).update(id, { endedAt: at });
  }

  /**
   * The running drill nearest to a place; of several at one place the latest.
   * @throws BadInput when there is none within reach.
   */
  async near(tx: Transaction, place: Point, now: Date): Promise<string> {
    const running = await tx
      .getRepository(DrillRow)
      .findBy({ endedAt: IsNull(), endsAt: MoreThan(now) });
    const [nearest] = running
      .map((drill) => ({ ...drill, meters: distanceMeters(drill, place) }))
      .filter(({ meters }) => meters <= DRILL_METERS)
      .sort((a, b) => a.meters - b.meters || b.startedAt.getTime() - a.startedAt.getTime());
    if (nearest && (await this.holdOpen(tx, nearest.id))) return nearest.id;
    throw new BadInput({
      field: 'drill',
      message: `no drill runs within ${DRILL_METERS / 1_000} km of this place: start one, or file a real observation without drill`,
    });
  }

  /** It does not end while a report is joining it. @returns false when it has ended meanwhile. */
  private async holdOpen(tx: Transaction, id: string): Promise<boolean> {
    const rows = (await tx.query('SELECT FROM drill WHERE id = $1 AND ended_at IS NULL FOR SHARE', [
      id,
    ])) as unknown[];
    return rows.length > 0;
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
