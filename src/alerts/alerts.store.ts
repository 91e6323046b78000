import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import type { Transaction } from '../platform/database.js';
import { AlertRow } from './alert.entity.js';

@Injectable()
export class AlertsStore {
  async insert(tx: Transaction, alert: AlertRow): Promise<void> {
    await tx.getRepository(AlertRow).insert(alert);
    await tx.query(
      `UPDATE alert SET superseded_by = $2
       WHERE incident_id = $1 AND id <> $2 AND superseded_by IS NULL`,
      [alert.incidentId, alert.id],
    );
  }

  async byId(tx: Transaction, id: string): Promise<AlertRow | null> {
    return tx.getRepository(AlertRow).findOneBy({ id });
  }

  async ofIncident(tx: Transaction, incidentId: string): Promise<AlertRow[]> {
    return tx
      .getRepository(AlertRow)
      .find({ where: { incidentId }, order: { sent: 'ASC', id: 'ASC' } });
  }

  async sentAfter(
    tx: Transaction,
    after: Pick<AlertRow, 'sent' | 'id'>,
    limit: number,
  ): Promise<AlertRow[]> {
    return tx
      .getRepository(AlertRow)
      .createQueryBuilder('alert')
      .where(`(alert.sent, alert.id) > (:sent, :id) AND alert.status = 'Actual'`, {
        sent: after.sent,
        id: after.id,
      })
      .orderBy('alert.sent')
      .addOrderBy('alert.id')
      .limit(limit)
      .getMany();
  }

  /** Cuts one page, newest first, out of alerts that were already chosen. */
  page(alerts: AlertRow[], size: number, after: string | null | undefined): Page<AlertRow> {
    const cursor = decodeCursor(after, ['instant', 'uuid']);
    const key = (alert: AlertRow): [string, string] => [alert.sent.toISOString(), alert.id];
    const rest = cursor
      ? alerts.filter((alert) => {
          const [sent, id] = key(alert);
          return sent < cursor[0]! || (sent === cursor[0] && id < cursor[1]!);
        })
      : alerts;
    return pageOf(rest, size, (alert) => alert, key);
  }
}
