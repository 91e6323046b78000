import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Transaction } from '../platform/database.js';
import { PauseRow } from './pause.entity.js';
import { PAUSE_LOCK } from './pause-lock.js';

@Injectable()
export class PauseStore {
  async open(tx: Transaction): Promise<PauseRow | null> {
    return tx.getRepository(PauseRow).findOneBy({ resumedAt: IsNull() });
  }

  async share(tx: Transaction): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock_shared(${PAUSE_LOCK})`);
  }

  async take(tx: Transaction): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(${PAUSE_LOCK})`);
  }

  async insert(tx: Transaction, pause: PauseRow): Promise<void> {
    await tx.getRepository(PauseRow).insert(pause);
  }

  async close(tx: Transaction, id: string, by: string, at: Date): Promise<void> {
    await tx.getRepository(PauseRow).update(id, { resumedBy: by, resumedAt: at });
  }

  /**
   * Deliveries with batches whose turn came while nothing was sent, and how many; those that wait
   * longer have a job for then.
   */
  async held(tx: Transaction): Promise<{ deliveryId: string; batches: number }[]> {
    return tx.query(
      `SELECT delivery.id AS "deliveryId", count(*)::int AS batches
       FROM delivery JOIN delivery_batch batch ON batch.delivery_id = delivery.id
       WHERE delivery.closed_at IS NULL AND delivery.completed_at IS NULL
         AND cardinality(batch.pending) > 0 AND (batch.not_before IS NULL OR batch.not_before <= clock_timestamp())
       GROUP BY delivery.id ORDER BY delivery.created_at`,
    );
  }
}
