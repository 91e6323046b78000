import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/database.js';
import { SavedViewRow } from './saved-view.entity.js';

@Injectable()
export class SavedViewsStore {
  /** A person's own, and those that their organization shares; oldest first. */
  async of(
    tx: Transaction,
    { id, organizationId }: { id: string; organizationId: string },
  ): Promise<SavedViewRow[]> {
    return tx.getRepository(SavedViewRow).find({
      where: [{ ownerId: id }, { organizationId, shared: true }],
      order: { createdAt: 'ASC', id: 'ASC' },
    });
  }

  /** One person's are counted by one transaction at a time. */
  async count(tx: Transaction, ownerId: string): Promise<number> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`views:${ownerId}`]);
    return tx.getRepository(SavedViewRow).countBy({ ownerId });
  }

  async lock(tx: Transaction, id: string): Promise<SavedViewRow | null> {
    const lock = { mode: 'pessimistic_write' } as const;
    return tx.getRepository(SavedViewRow).findOne({ where: { id }, lock });
  }

  async insert(tx: Transaction, view: SavedViewRow): Promise<void> {
    await tx.getRepository(SavedViewRow).insert(view);
  }

  async update(tx: Transaction, id: string, change: Partial<SavedViewRow>): Promise<void> {
    await tx.getRepository(SavedViewRow).update(id, change);
  }

  async remove(tx: Transaction, id: string): Promise<void> {
    await tx.getRepository(SavedViewRow).delete(id);
  }
}
