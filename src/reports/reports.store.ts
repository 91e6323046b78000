import { Injectable } from '@nestjs/common';
import type { Due } from '../ledger/raw-details.service.js';
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

  /** Destroys the oldest narratives that are due. @returns of which reports. */
  async expungeNarratives(tx: Transaction, { before, held, limit }: Due): Promise<string[]> {
    const [rows] = (await tx.query(
      `UPDATE report SET narrative = NULL, narrative_key_id = NULL WHERE id IN (
         SELECT id FROM report
         WHERE narrative IS NOT NULL AND filed_at < $1 AND incident_id <> ALL($2::uuid[])
         ORDER BY filed_at LIMIT $3
       ) RETURNING id`,
      [before, held, limit],
    )) as [{ id: string }[], number];
    return rows.map(({ id }) => id);
  }

  async dropNarrative(tx: Transaction, id: string): Promise<void> {
    await tx.getRepository(ReportRow).update(id, { narrative: null, narrativeKeyId: null });
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
