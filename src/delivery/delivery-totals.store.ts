import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import type { Reach } from './broadcast.js';
import { DeliveryHostRow } from './delivery.entity.js';

export interface Totals {
  id: string;
  incidentId: string;
  createdAt: Date;
  reach: Reach;
  audience: number;
  accepted: number;
  gone: number;
  failed: number;
  firstAcceptedAt: Date | null;
  lastAcceptedAt: Date | null;
  plannedAt: Date | null;
  closedAt: Date | null;
  completedAt: Date | null;
}

@Injectable()
export class DeliveryTotalsStore {
  async read(tx: Transaction, by: 'id' | 'incident_id', value: string): Promise<Totals[]> {
    return tx.query(
      `SELECT id, incident_id AS "incidentId", created_at AS "createdAt", reach, audience, accepted, gone,
         failed, first_accepted_at AS "firstAcceptedAt", last_accepted_at AS "lastAcceptedAt",
         planned_at AS "plannedAt", closed_at AS "closedAt", completed_at AS "completedAt"
       FROM delivery WHERE ${by} = $1 ORDER BY ordinal`,
      [value],
    );
  }

  /** @returns whether it was this call that completed it. */
  async markComplete(tx: Transaction, id: string, now: Date): Promise<boolean> {
    const [, changed] = (await tx.query(
      `UPDATE delivery SET completed_at = $2
       WHERE id = $1 AND completed_at IS NULL AND planned_at IS NOT NULL AND NOT EXISTS (
         SELECT FROM delivery_batch WHERE delivery_id = $1 AND cardinality(pending) > 0)`,
      [id, now],
    )) as [unknown, number];
    return changed === 1;
  }

  async hosts(tx: Transaction, deliveryId: string): Promise<DeliveryHostRow[]> {
    return tx.getRepository(DeliveryHostRow).findBy({ deliveryId });
  }

  async gone(tx: Transaction, deliveryId: string): Promise<string[]> {
    const rows = (await tx.query(
      'SELECT unnest(gone) AS id FROM delivery_batch WHERE delivery_id = $1',
      [deliveryId],
    )) as { id: string }[];
    return rows.map(({ id }) => id);
  }
}
