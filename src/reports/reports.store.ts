import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import { lastly, type Transaction } from '../platform/database.js';
import { insertion } from '../platform/statements.js';
import { ReportRow } from './report.entity.js';

@Injectable()
export class ReportsStore {
  async byId(tx: Transaction, id: string): Promise<ReportRow | null> {
    return tx.getRepository(ReportRow).findOneBy({ id });
  }

  /** With the commit, which fails when there is a report with this id. */
  insert(tx: Transaction, report: ReportRow): void {
    const { made, values } = insertion(tx, ReportRow, report);
    lastly(tx, made, values);
  }

  async ofAuthor(
    tx: Transaction,
    authorId: string,
    size: number,
    after: string | null | undefined,
  ): Promise<Page<ReportRow>> {
    const cursor = decodeCursor(after, ['instant', 'uuid']);
    const query = tx
      .getRepository(ReportRow)
      .createQueryBuilder('report')
      .where('report.authorId = :authorId', { authorId });
    if (cursor)
      query.andWhere('(report.filedAt, report.id) < (:at::timestamptz, :id::uuid)', {
        at: cursor[0],
        id: cursor[1],
      });
    const rows = await query
      .orderBy('report.filedAt', 'DESC')
      .addOrderBy('report.id', 'DESC')
      .limit(size + 1)
      .getMany();
    return pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.filedAt.toISOString(), row.id],
    );
  }

  async ofIncident(tx: Transaction, incidentId: string): Promise<ReportRow[]> {
    return tx
      .getRepository(ReportRow)
      .find({ where: { incidentId }, order: { filedAt: 'ASC', id: 'ASC' } });
  }
}
