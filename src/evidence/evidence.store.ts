import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan } from 'typeorm';
import type { Due } from '../ledger/raw-details.service.js';
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

  /** Waits for who changes it, and keeps it as it is until the transaction ends. */
  async share(tx: Transaction, id: string): Promise<EvidenceRow | null> {
    return tx
      .getRepository(EvidenceRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_read' } });
  }

  /** The oldest that are due and not destroyed yet, locked. */
  async due(tx: Transaction, { before, held, limit }: Due): Promise<EvidenceRow[]> {
    return tx
      .getRepository(EvidenceRow)
      .createQueryBuilder('evidence')
      .where('evidence.addedAt < :before AND evidence.destroyedAt IS NULL', { before })
      .andWhere('evidence.incidentId <> ALL(:held::uuid[])', { held })
      .orderBy('evidence.addedAt', 'ASC')
      .addOrderBy('evidence.id', 'ASC')
      .limit(limit)
      .setLock('pessimistic_write')
      .getMany();
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

  async update(
    tx: Transaction,
    id: string | string[],
    change: Partial<EvidenceRow>,
  ): Promise<void> {
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

  /** What rows needed and need no more: given up at once. */
  async giveUp(tx: Transaction, keys: string[], at: Date): Promise<void> {
    const rows = keys.map((key) => ({ key, putAt: at, droppedAt: at }));
    await tx.getRepository(PendingRow).insert(rows);
  }

  /** Noted before then, and still not deleted. */
  async pendingSince(tx: Transaction, before: Date): Promise<string[]> {
    const rows = await tx.getRepository(PendingRow).findBy({ putAt: LessThan(before) });
    return rows.map(({ key }) => key);
  }

  async forgetPending(tx: Transaction, key: string): Promise<void> {
    await tx.getRepository(PendingRow).delete({ key });
  }
}
