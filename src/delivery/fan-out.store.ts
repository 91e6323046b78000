import { Injectable } from '@nestjs/common';
import { lastly, type Transaction } from '../platform/database.js';
import { arrayOf, run, statement } from '../platform/statements.js';
import type { Broadcast } from './broadcast.js';
import { DeliveryRow, type DeliveryBatchRow } from './delivery.entity.js';

/** A device that earlier messages reached, and the Topic they had where it is another incident's. */
export interface Reached {
  device: string;
  topic: string | null;
}

export type Batch = Pick<DeliveryBatchRow, 'pending' | 'topic'>;

/** Of a delivery, what planning looks at. */
export type Planned = Pick<
  DeliveryRow,
  | 'id'
  | 'incidentId'
  | 'ordinal'
  | 'reach'
  | 'exercise'
  | 'joined'
  | 'createdAt'
  | 'plannedRing'
  | 'plannedAt'
  | 'closedAt'
  | 'audience'
>;

/** Deliveries before one: of its incident, and of those that had been merged into that. */
const EARLIER = `(delivery.incident_id = $1 AND delivery.ordinal < $2
  OR delivery.incident_id = ANY($3) AND delivery.created_at <= $4)`;
const earlierThan = ({ incidentId, ordinal, joined, createdAt }: Planned) => [
  incidentId,
  ordinal,
  joined,
  createdAt,
];

/** Planning: which devices a delivery is for, in batches. */
@Injectable()
export class FanOutStore {
  /** The caller holds the incident's lock, so that its deliveries are numbered one by one. */
  async insert(tx: Transaction, broadcast: Broadcast, now: Date): Promise<DeliveryRow> {
    const deliveries = tx.getRepository(DeliveryRow);
    const ordinal = await deliveries.countBy({ incidentId: broadcast.incidentId });
    return deliveries.save(deliveries.create({ ...broadcast, ordinal, createdAt: now }));
  }

  async lock(tx: Transaction, id: string): Promise<Planned | undefined> {
    const [row] = await run<Planned>(tx, LOCK, [id]);
    return row;
  }

  /** Nothing more is sent of the incident's earlier deliveries, from this commit on. */
  async closeEarlier(tx: Transaction, delivery: Planned, now: Date) {
    await tx.query(`UPDATE delivery SET closed_at = $5 WHERE ${EARLIER} AND closed_at IS NULL`, [
      ...earlierThan(delivery),
      now,
    ]);
  }

  /** Whether every earlier delivery of the incident has all its devices in batches. */
  async earlierArePlanned(tx: Transaction, delivery: Planned): Promise<boolean> {
    const [row] = (await tx.query(
      `SELECT NOT EXISTS (SELECT FROM delivery WHERE ${EARLIER}
         AND planned_at IS NULL AND closed_at IS NULL) AS planned`,
      earlierThan(delivery),
    )) as { planned: boolean }[];
    return row!.planned;
  }

  /** Whether a batch of an earlier delivery is being sent at this moment. */
  async earlierAreInFlight(tx: Transaction, delivery: Planned): Promise<boolean> {
    const [row] = (await tx.query(
      `SELECT EXISTS (SELECT FROM delivery_batch batch JOIN delivery ON delivery.id = batch.delivery_id
         WHERE ${EARLIER} AND batch.claimed_until > now()) AS busy`,
      earlierThan(delivery),
    )) as { busy: boolean }[];
    return row!.busy;
  }

  /**
   * Devices the earlier deliveries reached or may have reached, and are not in this one yet; with
   * `owed`, also those still due. Devices that are being sent to at this moment, by whichever of the
   * earlier deliveries, are left for later.
   * A batch whose claim lapsed unsettled was in flight when its worker died: all of it may have
   * been reached.
   * @returns each device once; `topic` where it was told only under that of an incident that is
   *   still merged into this one, the latest.
   */
  async reached(tx: Transaction, delivery: Planned, owed: boolean): Promise<Reached[]> {
    return tx.query(
      `WITH earlier AS (
         SELECT device, delivery.created_at, merged.topic
         FROM delivery_batch batch JOIN delivery ON delivery.id = batch.delivery_id
           LEFT JOIN (SELECT DISTINCT topic FROM delivery WHERE incident_id = ANY($3)) merged
             ON merged.topic = COALESCE(batch.topic, delivery.topic),
           unnest(batch.told || CASE
             WHEN batch.claimed_until > now() THEN '{}'
             WHEN $5 OR batch.claim IS NOT NULL THEN batch.unsure || batch.pending
             ELSE batch.unsure END) device
         WHERE ${EARLIER} AND NOT device = ANY(batch.gone)
       ), missing AS (
         SELECT device FROM earlier
         EXCEPT
         SELECT unnest(pending || told || gone || failed) FROM delivery_batch WHERE delivery_id = $6
         EXCEPT
         SELECT unnest(batch.pending)
         FROM delivery_batch batch JOIN delivery ON delivery.id = batch.delivery_id
         WHERE ${EARLIER} AND batch.claimed_until > now()
       )
       SELECT device, CASE WHEN bool_and(topic IS NOT NULL)
         THEN (array_agg(topic ORDER BY created_at DESC) FILTER (WHERE topic IS NOT NULL))[1] END AS topic
       FROM earlier JOIN missing USING (device) GROUP BY device ORDER BY topic NULLS FIRST, device`,
      [...earlierThan(delivery), owed, delivery.id],
    );
  }

  /** At the transaction's end, after those that it has. */
  addBatches(tx: Transaction, deliveryId: string, batches: readonly Batch[]): void {
    // Ids need no quotes, but an array within an array does.
    const pending = arrayOf(batches.map((batch) => `"${arrayOf(batch.pending)}"`));
    lastly(tx, ADD_BATCHES, [deliveryId, pending, batches.map(({ topic }) => topic)]);
  }

  /** Every device of it, 32 hexadecimal digits each, one after the other; some more than once. */
  async inBatches(tx: Transaction, id: string): Promise<string> {
    const [row] = (await tx.query(
      `SELECT COALESCE(encode(string_agg(uuid_send(device), ''), 'hex'), '') AS ids
       FROM delivery_batch, unnest(pending || told || unsure || gone || failed) device
       WHERE delivery_id = $1`,
      [id],
    )) as { ids: string }[];
    return row!.ids;
  }

  /** At the transaction's end. */
  advance(
    tx: Transaction,
    id: string,
    { audience, plannedRing, plannedAt }: Pick<Planned, 'audience' | 'plannedRing' | 'plannedAt'>,
  ): void {
    lastly(tx, ADVANCE, [id, audience, plannedRing, plannedAt]);
  }

  /** Until when a message of the incident may still be on its way. */
  async lastExpiry(tx: Transaction, incidentId: string): Promise<Date | null> {
    const [row] = (await tx.query(
      'SELECT max(expires) AS last FROM delivery WHERE incident_id = $1',
      [incidentId],
    )) as { last: Date | null }[];
    return row!.last;
  }

  /** Destroys the record of who was told; totals stay, rounded to tens. The words are the alert's. */
  async forget(tx: Transaction, incidentId: string): Promise<void> {
    await tx.query(
      `DELETE FROM delivery_batch WHERE delivery_id IN (SELECT id FROM delivery WHERE incident_id = $1)`,
      [incidentId],
    );
    await tx.query(
      `DELETE FROM delivery_host WHERE delivery_id IN (SELECT id FROM delivery WHERE incident_id = $1)`,
      [incidentId],
    );
    await tx.query(
      `UPDATE delivery SET closed_at = COALESCE(closed_at, now()), planned_through = NULL, payloads = '{}', threads = '{}',
         audience = round(audience, -1), accepted = round(accepted, -1),
         gone = round(gone, -1), failed = round(failed, -1)
       WHERE incident_id = $1`,
      [incidentId],
    );
  }
}

/** Without its words: those in a dozen languages would be read for every page. */
const LOCK = statement(
  `SELECT id, incident_id AS "incidentId", ordinal, reach, exercise, joined,
     created_at AS "createdAt", planned_ring AS "plannedRing", planned_at AS "plannedAt",
     closed_at AS "closedAt", audience
   FROM delivery WHERE id = $1 FOR UPDATE`,
);

const ADD_BATCHES = statement(
  `INSERT INTO delivery_batch (delivery_id, ordinal, pending, topic)
   SELECT $1, (SELECT count(*) FROM delivery_batch WHERE delivery_id = $1) + place - 1,
     pending::uuid[], topic
   FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS batch (pending, topic, place)`,
);

/** The device that an older version had come to is one of its own ring: with other rings it means nothing. */
const ADVANCE = statement(
  `UPDATE delivery SET audience = $2, planned_ring = $3, planned_at = $4,
     planned_through = CASE WHEN planned_ring = $3 THEN planned_through END
   WHERE id = $1`,
);
