import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf, type Page } from '../../platform/connection.js';
import type { Transaction } from '../../platform/database.js';
import { ReleaseRow } from './release.entity.js';

@Injectable()
export class ReleasesStore {
  async insert(tx: Transaction, row: ReleaseRow): Promise<void> {
    await tx.getRepository(ReleaseRow).insert(row);
  }

  async lock(tx: Transaction, id: string): Promise<ReleaseRow | null> {
    return tx
      .getRepository(ReleaseRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async byId(tx: Transaction, id: string): Promise<ReleaseRow | null> {
    return tx.getRepository(ReleaseRow).findOneBy({ id });
  }

  async update(tx: Transaction, id: string, change: Partial<ReleaseRow>): Promise<void> {
    await tx.getRepository(ReleaseRow).update(id, change);
  }

  /** Newest first; of one person, or of all. */
  async list(
    tx: Transaction,
    askedBy: string | undefined,
    size: number,
    after: string | null | undefined,
  ): Promise<Page<ReleaseRow>> {
    const cursor = decodeCursor(after, ['instant', 'uuid']);
    const query = tx.getRepository(ReleaseRow).createQueryBuilder('release').where('true');
    if (askedBy) query.andWhere('release.askedBy = :askedBy', { askedBy });
    if (cursor)
      query.andWhere('(release.askedAt, release.id) < (:at::timestamptz, :id::uuid)', {
        at: cursor[0],
        id: cursor[1],
      });
    const rows = await query
      .orderBy('release.askedAt', 'DESC')
      .addOrderBy('release.id', 'DESC')
      .limit(size + 1)
      .getMany();
    return pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.askedAt.toISOString(), row.id],
    );
  }
}
