import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Transaction } from '../platform/database.js';
import { CopyRow, EvidenceRow, PendingRow } from './evidence.entity.js';

@Injectable()
export class EvidenceStore {
  async byId(tx: Transaction, id: string): Promise<EvidenceRow | null> {
    return tx.getRepository(EvidenceRow).findOneBy({ id });
  }

  async lock(tx: Transaction, id: string): Promise<EvidenceRow | null> {
    return tx
      .getRepository(EvidenceRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async ofIncidents(tx: Transaction, incidentIds: string[]): Promise<EvidenceRow[]> {
    return tx
      .getRepository(EvidenceRow)
      .find({ where: { incidentId: In(incidentIds) }, order: { addedAt: 'ASC', id: 'ASC' } });
  }

  async countOf(tx: Transaction, incidentId: string): Promise<number> {
    return tx.getRepository(EvidenceRow).countBy({ incidentId });
  }

  /** Fails where there is one with this id. */
  async insert(tx: Transaction, row: EvidenceRow): Promise<void> {
    await tx.getRepository(EvidenceRow).insert(row);
  }

  async update(tx: Transaction, id: string, change: Partial<EvidenceRow>): Promise<void> {
    await tx.getRepository(EvidenceRow).update(id, change);
  }

  /** Of any number of originals, in order. */
  async copiesOf(tx: Transaction, evidenceIds: string[]): Promise<CopyRow[]> {
    return tx
      .getRepository(CopyRow)
      .find({ where: { evidenceId: In(evidenceIds) }, order: { version: 'ASC' } });
  }

  async insertCopy(tx: Transaction, row: CopyRow): Promise<void> {
    await tx.getRepository(CopyRow).insert(row);
  }

  async updateCopy(
    tx: Transaction,
    { evidenceId, version }: Pick<CopyRow, 'evidenceId' | 'version'>,
    change: Partial<CopyRow>,
  ): Promise<void> {
    await tx.getRepository(CopyRow).update({ evidenceId, version }, change);
  }

  async addPending(tx: Transaction, key: string, putAt: Date): Promise<void> {
    await tx.getRepository(PendingRow).insert({ key, putAt, droppedAt: null });
  }

  /** Whether it was still pending: from now on a row needs it. */
  async takePending(tx: Transaction, key: string): Promise<boolean> {
    const { affected } = await tx.getRepository(PendingRow).delete({ key, droppedAt: IsNull() });
    return affected === 1;
  }

  /** Whether it is pending, or was given up already: from now on no row may come to need it. */
  async dropPending(tx: Transaction, key: string, at: Date): Promise<boolean> {
    const { affected } = await tx.getRepository(PendingRow).update({ key }, { droppedAt: at });
    return affected === 1;
  }

  async forgetPending(tx: Transaction, key: string): Promise<void> {
    await tx.getRepository(PendingRow).delete({ key });
  }
}
