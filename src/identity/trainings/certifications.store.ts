import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf, type Page } from '../../platform/connection.js';
import { calendarDay } from '../../platform/calendar-day.js';
import type { Transaction } from '../../platform/database.js';
import { BadInput } from '../../platform/errors.js';
import { StaffRow } from '../staff.entity.js';
import { WARN_DAYS } from './certification.js';
import { LookRow, type WarningRow } from './training.entity.js';

const [SOON, NEAR] = WARN_DAYS;

/** Whoever comes to be warned on a day: of the two warnings the nearer, and none a second time. */
const WARN = `
  INSERT INTO certification_warning (staff_id, certified_until, days_before, warned_at)
  SELECT id, certified_until, CASE WHEN certified_until - $1::date <= ${NEAR} THEN ${NEAR} ELSE ${SOON} END, $2
  FROM staff
  WHERE suspended_at IS NULL AND certified_until BETWEEN $1::date AND $1::date + ${SOON}
  ON CONFLICT DO NOTHING
  RETURNING staff_id AS "staffId", certified_until::text AS "certifiedUntil", days_before AS "daysBefore"`;

export type Warned = Pick<WarningRow, 'staffId' | 'certifiedUntil' | 'daysBefore'>;

@Injectable()
export class CertificationsStore {
  /** Whether nobody has looked on this day yet; then somebody has. */
  async claim(tx: Transaction, day: string, at: Date): Promise<boolean> {
    const { raw } = await tx
      .createQueryBuilder()
      .insert()
      .into(LookRow)
      .values({ day, lookedAt: at })
      .orIgnore()
      .returning('day')
      .execute();
    return (raw as unknown[]).length > 0;
  }

  async warn(tx: Transaction, day: string, at: Date): Promise<Warned[]> {
    return (await tx.query(WARN, [day, at])) as Warned[];
  }

  /** Active members whose certification ends on a day or before, the earliest first. */
  async lapsing(
    tx: Transaction,
    day: string,
    size: number,
    after?: string | null,
  ): Promise<Page<StaffRow>> {
    const cursor = decodeCursor(after, ['text', 'uuid']);
    if (cursor && !calendarDay(cursor[0]))
      throw new BadInput({ field: 'after', message: 'must be a cursor of an earlier page' });
    const query = tx
      .getRepository(StaffRow)
      .createQueryBuilder('staff')
      .where('staff.suspendedAt IS NULL AND staff.certifiedUntil <= :day', { day });
    if (cursor)
      query.andWhere('(staff.certifiedUntil, staff.id) > (:until, :id)', {
        ...{ until: cursor[0], id: cursor[1] },
      });
    const rows = await query
      .orderBy('staff.certifiedUntil')
      .addOrderBy('staff.id')
      .limit(size + 1)
      .getMany();
    return pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.certifiedUntil!, row.id],
    );
  }

  async staff(tx: Transaction, id: string): Promise<StaffRow | null> {
    return tx.getRepository(StaffRow).findOneBy({ id });
  }
}
