import { Injectable } from '@nestjs/common';
import { ArrayContains, In, MoreThan } from 'typeorm';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import type { Transaction } from '../platform/database.js';
import { AlertRow, type ThreadWords } from './alert.entity.js';
import type { AlertPayload } from './messages.js';

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

  /** With the words it was issued in. */
  async withWords(tx: Transaction, id: string): Promise<AlertRow | null> {
    return tx
      .getRepository(AlertRow)
      .createQueryBuilder('alert')
      .addSelect('alert.payloads')
      .where('alert.id = :id', { id })
      .getOne();
  }

  async byId(tx: Transaction, id: string): Promise<AlertRow | null> {
    return tx.getRepository(AlertRow).findOneBy({ id });
  }

  /** Their messages, oldest first. */
  async ofIncidents(tx: Transaction, incidentIds: string[]): Promise<AlertRow[]> {
    return tx
      .getRepository(AlertRow)
      .find({ where: { incidentId: In(incidentIds) }, order: { sent: 'ASC', id: 'ASC' } });
  }

  /**
   * All that was told of an incident, oldest first: its own messages, and since it was merged those
   * of the incidents that it is part of.
   */
  async thread(tx: Transaction, incidentId: string): Promise<AlertRow[]> {
    const rows = (await tx.query(
      `WITH RECURSIVE went_on AS (
         SELECT $1::uuid AS incident_id
         UNION
         SELECT later.incident_id FROM went_on JOIN alert USING (incident_id)
           JOIN alert later ON later.id = alert.superseded_by)
       SELECT incident_id AS id FROM went_on`,
      [incidentId],
    )) as { id: string }[];
    const others = {
      incidentId: In(rows.map(({ id }) => id)),
      joined: ArrayContains([incidentId]),
    };
    return tx
      .getRepository(AlertRow)
      .find({ where: [{ incidentId }, others], order: { sent: 'ASC', id: 'ASC' } });
  }

  async countAlerts(tx: Transaction, districtId: string, since: Date): Promise<number> {
    const where = { districtId, kind: 'ALERT', status: 'Actual', sent: MoreThan(since) } as const;
    return tx.getRepository(AlertRow).countBy(where);
  }

  async lastExpiry(tx: Transaction, incidentIds: string[]): Promise<Date | null> {
    const [row] = (await tx.query(
      `SELECT max(expires) AS last FROM alert WHERE incident_id = ANY($1)`,
      [incidentIds],
    )) as { last: Date | null }[];
    return row!.last;
  }

  /** @returns the incident's latest message, which `by` now stands for. */
  async supersede(
    tx: Transaction,
    incidentId: string,
    by: string,
    now: Date,
  ): Promise<string | null> {
    const [rows] = (await tx.query(
      `UPDATE alert SET superseded_by = $2, regrouped_at = $3
       WHERE incident_id = $1 AND superseded_by IS NULL RETURNING id`,
      [incidentId, by, now],
    )) as [{ id: string }[], number];
    return rows[0]?.id ?? null;
  }

  async restore(tx: Transaction, id: string, now: Date): Promise<void> {
    await tx.getRepository(AlertRow).update(id, { supersededBy: null, regroupedAt: now });
  }

  /** The words of alerts as they were issued: in every locale, or in those of a list. */
  async payloads(
    tx: Transaction,
    ids: string[],
    locales?: string[],
  ): Promise<Map<string, AlertPayload[]>> {
    const rows = (await tx.query(
      `SELECT id, array_agg(payload ORDER BY locale) AS payloads
       FROM alert, jsonb_each(payloads) AS words (locale, payload)
       WHERE id = ANY($1) AND ($2::text[] IS NULL OR locale = ANY($2))
       GROUP BY id`,
      [ids, locales ?? null],
    )) as { id: string; payloads: AlertPayload[] }[];
    return new Map(rows.map(({ id, payloads }) => [id, payloads]));
  }

  /** The words for those who were told only of what had been merged, who was told last first. */
  async threads(tx: Transaction, id: string): Promise<ThreadWords[]> {
    const [row] = (await tx.query('SELECT threads FROM alert WHERE id = $1', [id])) as {
      threads: ThreadWords[];
    }[];
    return row?.threads ?? [];
  }

  async sentAfter(
    tx: Transaction,
    after: Pick<AlertRow, 'sent' | 'id'>,
    limit: number,
  ): Promise<AlertRow[]> {
    return tx
      .getRepository(AlertRow)
      .createQueryBuilder('alert')
      .where(`(alert.sent, alert.id) > (:sent, :id)`, {
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
