import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { decodeCursor, pageOf, type Page } from '../../platform/connection.js';
import type { Transaction } from '../../platform/database.js';
import { StaffRow } from '../staff.entity.js';
import { AttendanceRow, TrainingRow } from './training.entity.js';
import type { CorrectionReasonName } from './training.js';

@Injectable()
export class TrainingsStore {
  async add(tx: Transaction, training: TrainingRow): Promise<void> {
    await tx.getRepository(TrainingRow).insert(training);
  }

  async update(tx: Transaction, id: string, change: Partial<TrainingRow>): Promise<void> {
    await tx.getRepository(TrainingRow).update(id, change);
  }

  /** Destroys its words: a name may have come in by them. */
  async dropWords(tx: Transaction, id: string): Promise<void> {
    await tx.query(
      `UPDATE training SET title = '',
         trainer_organization = CASE WHEN trainer_id IS NULL THEN '' END WHERE id = $1`,
      [id],
    );
  }

  async byId(tx: Transaction, id: string): Promise<TrainingRow | null> {
    return tx.getRepository(TrainingRow).findOneBy({ id });
  }

  /** Until the transaction ends nobody else changes it, or who attended it. */
  async lock(tx: Transaction, id: string): Promise<TrainingRow | null> {
    return tx
      .getRepository(TrainingRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** The latest first. */
  async page(tx: Transaction, size: number, after?: string | null): Promise<Page<TrainingRow>> {
    const cursor = decodeCursor(after, ['instant', 'uuid']);
    const query = tx.getRepository(TrainingRow).createQueryBuilder('training');
    if (cursor)
      query.where('(training.startsAt, training.id) < (:at, :id)', {
        ...{ at: cursor[0], id: cursor[1] },
      });
    const rows = await query
      .orderBy('training.startsAt', 'DESC')
      .addOrderBy('training.id', 'DESC')
      .limit(size + 1)
      .getMany();
    return pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.startsAt.toISOString(), row.id],
    );
  }

  /** Every attendance of a training, those that were corrected too, in order. */
  async attendance(tx: Transaction, trainingId: string): Promise<AttendanceRow[]> {
    return tx
      .getRepository(AttendanceRow)
      .find({ where: { trainingId }, order: { recordedAt: 'ASC', id: 'ASC' } });
  }

  /** How many attended, of each training. */
  async attendees(tx: Transaction, trainingIds: string[]): Promise<number[]> {
    const rows = (await tx.query(
      `SELECT training_id AS id, count(*)::int AS attended FROM training_attendance
       WHERE training_id = ANY($1::uuid[]) AND voided_at IS NULL GROUP BY 1`,
      [trainingIds],
    )) as { id: string; attended: number }[];
    const found = new Map(rows.map(({ id, attended }) => [id, attended]));
    return trainingIds.map((id) => found.get(id) ?? 0);
  }

  async addAttendance(tx: Transaction, rows: AttendanceRow[]): Promise<void> {
    await tx.getRepository(AttendanceRow).insert(rows);
  }

  /** The one that counts of a person and training. */
  async standing(tx: Transaction, trainingId: string, staffId: string) {
    return tx.getRepository(AttendanceRow).findOneBy({ trainingId, staffId, voidedAt: IsNull() });
  }

  async void(
    tx: Transaction,
    id: string,
    { at, by, reason }: { at: Date; by: string; reason: CorrectionReasonName },
  ): Promise<void> {
    await tx
      .getRepository(AttendanceRow)
      .update(id, { voidedAt: at, voidedBy: by, voidReason: reason });
  }

  /** What each attendance counts for that was recorded of a person since a moment. */
  async countedSince(tx: Transaction, staffId: string, since: Date): Promise<(string | null)[]> {
    const rows = (await tx.query(
      `SELECT certifies_until::text AS until FROM training_attendance
       WHERE staff_id = $1 AND voided_at IS NULL AND recorded_at >= $2`,
      [staffId, since],
    )) as { until: string | null }[];
    return rows.map(({ until }) => until);
  }

  /** In the order of their ids, so that two requests cannot wait for each other. */
  async lockStaff(tx: Transaction, ids: string[]): Promise<StaffRow[]> {
    return tx
      .getRepository(StaffRow)
      .createQueryBuilder('staff')
      .where('staff.id = ANY(:ids)', { ids })
      .orderBy('staff.id')
      .setLock('pessimistic_write')
      .getMany();
  }

  async setCertification(
    tx: Transaction,
    id: string,
    change: Pick<StaffRow, 'certifiedUntil' | 'grantedUntil' | 'grantedAt'>,
  ): Promise<void> {
    await tx.getRepository(StaffRow).update(id, change);
  }

  async staff(tx: Transaction, id: string): Promise<StaffRow | null> {
    return tx.getRepository(StaffRow).findOneBy({ id });
  }
}
