import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { ReportRow } from './report.entity.js';

@Injectable()
export class ReportsStore {
  /** Holds the id until the transaction ends: of two filings at once, the second waits and sees. */
  async lockId(tx: Transaction, id: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`report:${id}`]);
  }

  async byId(tx: Transaction, id: string): Promise<ReportRow | null> {
    return tx.getRepository(ReportRow).findOneBy({ id });
  }

  async insert(tx: Transaction, report: ReportRow): Promise<void> {
    await tx.getRepository(ReportRow).insert(report);
  }

  async ofIncident(tx: Transaction, incidentId: string): Promise<ReportRow[]> {
    return tx
      .getRepository(ReportRow)
      .find({ where: { incidentId }, order: { filedAt: 'ASC', id: 'ASC' } });
  }
}
