import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Transaction } from '../platform/database.js';
import { MergeRow } from './merge.entity.js';

@Injectable()
export class MergesStore {
  async insert(tx: Transaction, merge: MergeRow): Promise<void> {
    await tx.getRepository(MergeRow).insert(merge);
  }

  /** Merges into an incident that stand. */
  async into(tx: Transaction, intoId: string): Promise<MergeRow[]> {
    return tx.getRepository(MergeRow).findBy({ intoId, undoneAt: IsNull() });
  }

  async undo(tx: Transaction, id: string, at: Date): Promise<void> {
    await tx.getRepository(MergeRow).update(id, { undoneAt: at });
  }
}
