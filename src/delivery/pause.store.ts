import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { run, statement } from '../platform/statements.js';
import { PauseRow } from './pause.entity.js';
import { SHARE_PAUSE, TAKE_PAUSE } from './pause-lock.js';

@Injectable()
export class PauseStore {
  async open(tx: Transaction): Promise<PauseRow | null> {
    const [open] = await run<PauseRow>(tx, OPEN, []);
    return open ?? null;
  }

  /** As {@link open}; none begins before the transaction has ended. */
  async openFrom(tx: Transaction): Promise<PauseRow | null> {
    // Sent together: the second looks when the first has the lock.
    const [, open] = await Promise.all([run(tx, SHARE_PAUSE, []), this.open(tx)]);
    return open;
  }

  async take(tx: Transaction): Promise<void> {
    await run(tx, TAKE_PAUSE, []);
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

const OPEN = statement(
  `SELECT id, paused_by AS "pausedBy", paused_at AS "pausedAt", resumed_by AS "resumedBy",
     resumed_at AS "resumedAt"
   FROM alert_pause WHERE resumed_at IS NULL`,
);
