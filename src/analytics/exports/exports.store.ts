import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database.js';
import { ExportRow } from './export.entity.js';

@Injectable()
export class ExportsStore {
  async insert(tx: Transaction, row: ExportRow): Promise<void> {
    await tx.getRepository(ExportRow).insert(row);
  }

  async byId(tx: Transaction, id: string): Promise<ExportRow | null> {
    return tx.getRepository(ExportRow).findOneBy({ id });
  }

  async lock(tx: Transaction, id: string): Promise<ExportRow | null> {
    return tx
      .getRepository(ExportRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** @returns false where it is not running, or another took it up since. */
  async whileRunning(
    tx: Transaction,
    id: string,
    attempt: number,
    change: Partial<ExportRow>,
  ): Promise<boolean> {
    const where = { id, attempt, state: 'RUNNING' as const };
    return (await tx.getRepository(ExportRow).update(where, change)).affected === 1;
  }

  async update(tx: Transaction, id: string, change: Partial<ExportRow>): Promise<void> {
    await tx.getRepository(ExportRow).update(id, change);
  }

  /** Files of somebody’s that are still being made. */
  async underWay(tx: Transaction, askedBy: string): Promise<number> {
    return tx.getRepository(ExportRow).countBy([
      { askedBy, kind: 'FILE', state: 'QUEUED' },
      { askedBy, kind: 'FILE', state: 'RUNNING' },
    ]);
  }

  /** Somebody’s files, newest first. */
  async filesOf(tx: Transaction, askedBy: string, most: number): Promise<ExportRow[]> {
    return tx.getRepository(ExportRow).find({
      where: { askedBy, kind: 'FILE' },
      order: { askedAt: 'DESC', id: 'DESC' },
      take: most,
    });
  }

  /** @returns whether it is the first time that they fetch it. */
  async fetched(tx: Transaction, exportId: string, staffId: string, at: Date): Promise<boolean> {
    const rows = (await tx.query(
      `INSERT INTO export_fetch (export_id, staff_id, fetched_at) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING true AS first`,
      [exportId, staffId, at],
    )) as unknown[];
    return rows.length > 0;
  }
}
