import { Injectable } from '@nestjs/common';
import { lastly, type Transaction } from '../platform/database.js';
import { arrayOf, run, statement } from '../platform/statements.js';
import type { Broadcast } from './broadcast.js';
import { SHARE_PAUSE } from './pause-lock.js';
import type { Settlement } from './settlement.js';

/** How long a claim is believed without being renewed; PostgreSQL's clock, the same for all. */
export const CLAIM_SECONDS = 12;

export interface BatchKey {
  deliveryId: string;
  ordinal: number;
}

/** JSON by locale; other words for some Topics. */
export type Words = Pick<Broadcast, 'payloads' | 'threads'>;

export interface ClaimedBatch {
  pending: string[];
  /** Earlier attempts. */
  attempts: number;
  topic: string;
  expires: Date;
  exercise: boolean;
}

/** What is not final of a batch that is settled `now`. */
export type Rest = { pending: string[]; held: boolean; at: Date | null; now: Date };

type Open = Pick<ClaimedBatch, 'topic' | 'expires' | 'exercise'>;
/** `pending`: ids, a comma between. */
type Claimed = { pending: string; attempts: number; topic: string | null };

@Injectable()
export class BatchStore {
  /**
   * Claims the first batch of a delivery that is due and nobody has.
   * @returns undefined when there is none, or all sending is paused.
   */
  async claimNext(
    tx: Transaction,
    deliveryId: string,
    claim: string,
  ): Promise<(ClaimedBatch & { ordinal: number }) | undefined> {
    // Sent together: the last looks at the delivery again, now that it is locked.
    const [, [delivery], [claimed]] = await Promise.all([
      run(tx, SHARE_PAUSE, []),
      run<Open>(tx, OPEN, [deliveryId]),
      run<Claimed & { ordinal: number }>(tx, CLAIM_NEXT, [deliveryId, claim, CLAIM_SECONDS]),
    ]);
    if (!delivery || !claimed) return undefined;
    return { ...claimedOf(delivery, claimed), ordinal: claimed.ordinal };
  }

  /** Whether somebody is sending a batch of it. */
  async isUnderWay(tx: Transaction, deliveryId: string): Promise<boolean> {
    const [row] = (await tx.query(
      `SELECT EXISTS (SELECT FROM delivery_batch WHERE delivery_id = $1
         AND cardinality(pending) > 0 AND claimed_until >= now()) AS busy`,
      [deliveryId],
    )) as { busy: boolean }[];
    return row!.busy;
  }

  /**
   * Claims a batch. The delivery's row is share-locked meanwhile, so that whoever closes it waits,
   * and then sees every claim that was made before. Where another's claim has lapsed, each device
   * may have been told by then.
   * @returns the batch; `held` when another worker has it; undefined when nothing is owed, or not
   *   yet, or all sending is paused: what waits for its turn has a job of its own.
   */
  async claim(
    tx: Transaction,
    key: BatchKey,
    claim: string,
  ): Promise<ClaimedBatch | 'held' | undefined> {
    // A pause that ends at this moment has looked for what it held: what came since is not dropped.
    await run(tx, SHARE_PAUSE, []);
    const [delivery] = await run<Open>(tx, OPEN, [key.deliveryId]);
    if (!delivery) return undefined;
    const [claimed] = await run<Claimed>(tx, CLAIM, [
      ...[key.deliveryId, claim, CLAIM_SECONDS, key.ordinal],
    ]);
    if (claimed) return claimedOf(delivery, claimed);
    const [held] = (await tx.query(
      `SELECT 1 FROM delivery_batch WHERE delivery_id = $1 AND ordinal = $2
         AND cardinality(pending) > 0 AND claimed_until >= now()`,
      [key.deliveryId, key.ordinal],
    )) as unknown[];
    return held ? 'held' : undefined;
  }

  /** The words of a delivery: the same for every batch of a Topic, so read apart from them. */
  async words(tx: Transaction, deliveryId: string): Promise<Words> {
    const [row] = (await tx.query('SELECT payloads, threads FROM delivery WHERE id = $1', [
      deliveryId,
    ])) as Words[];
    return row ?? { payloads: {}, threads: {} };
  }

  /** One that has lapsed stays so: whoever looked meanwhile has counted its devices as told. */
  async renew(tx: Transaction, key: BatchKey, claim: string): Promise<boolean> {
    const [, changed] = (await tx.query(
      `UPDATE delivery_batch SET claimed_until = now() + make_interval(secs => $4)
       WHERE delivery_id = $1 AND ordinal = $2 AND claim = $3 AND claimed_until > now()`,
      [key.deliveryId, key.ordinal, claim, CLAIM_SECONDS],
    )) as [unknown, number];
    return changed === 1;
  }

  /** Whether nothing has taken the message's place. */
  async isOpen(tx: Transaction, deliveryId: string): Promise<boolean> {
    const rows = (await tx.query('SELECT FROM delivery WHERE id = $1 AND closed_at IS NULL', [
      deliveryId,
    ])) as unknown[];
    return rows.length > 0;
  }

  /**
   * Writes what came of a batch, and adds it to what is known of the delivery and of each push
   * service. What is still pending is not to be tried before `at`; while some are out the claim is
   * `held`. The delivery's row is locked from here on.
   * @returns false when the claim was lost to another worker: nothing is written then.
   */
  async settle(
    tx: Transaction,
    key: BatchKey,
    claim: string,
    settlement: Settlement,
    rest: Rest,
  ): Promise<boolean> {
    const settled = await run(tx, SETTLE, settleValues(key, claim, settlement, rest));
    return settled.length === 1;
  }

  /** As {@link settle}, sent together with the transaction's end: the delivery's row is locked no longer. */
  settleAtEnd(
    tx: Transaction,
    key: BatchKey,
    claim: string,
    settlement: Settlement,
    rest: Rest,
  ): void {
    lastly(tx, SETTLE, settleValues(key, claim, settlement, rest));
  }

  /** A batch of its own for devices of `key` whose push service wants them later than the others. */
  async putApart(
    tx: Transaction,
    key: BatchKey,
    pending: string[],
    attempts: number,
    at: Date,
  ): Promise<number> {
    const [row] = (await tx.query(
      `INSERT INTO delivery_batch (delivery_id, ordinal, pending, attempts, not_before, topic)
       SELECT $1, max(ordinal) + 1, $3, $4, $5,
         (SELECT topic FROM delivery_batch WHERE delivery_id = $1 AND ordinal = $2)
       FROM delivery_batch WHERE delivery_id = $1
       RETURNING ordinal`,
      [key.deliveryId, key.ordinal, pending, attempts, at],
    )) as { ordinal: number }[];
    return row!.ordinal;
  }
}

const claimedOf = (delivery: Open, { pending, attempts, topic }: Claimed): ClaimedBatch => ({
  ...delivery,
  pending: pending.split(','),
  attempts,
  topic: topic ?? delivery.topic,
});

function settleValues(
  { deliveryId, ordinal }: BatchKey,
  claim: string,
  { told, unsure, gone, failed, hosts }: Settlement,
  { pending, held, at, now }: Rest,
): unknown[] {
  const counts = [...hosts.values()];
  return [
    ...[deliveryId, ordinal, claim, arrayOf(pending), arrayOf(told), arrayOf(unsure)],
    ...[arrayOf(gone), held, at, arrayOf(failed), told.length > 0 ? now : null],
    ...[[...hosts.keys()]],
    ...[counts.map(({ sent }) => sent), counts.map((count) => count.gone)],
  ];
}

const OPEN_NOW =
  'closed_at IS NULL AND NOT EXISTS (SELECT FROM alert_pause WHERE resumed_at IS NULL)';

const OPEN = statement(
  `SELECT topic, expires, exercise FROM delivery WHERE id = $1 AND ${OPEN_NOW} FOR SHARE`,
);

const DUE = `cardinality(pending) > 0 AND (claimed_until IS NULL OR claimed_until < now())
  AND (not_before IS NULL OR not_before <= now())`;

const claimOf = (ordinal: string) =>
  `UPDATE delivery_batch SET claim = $2, claimed_until = now() + make_interval(secs => $3),
      attempts = attempts + 1,
      unsure = CASE WHEN claim IS NULL THEN unsure
        ELSE ARRAY(SELECT unnest(unsure || pending) EXCEPT SELECT unnest(told)) END
    WHERE delivery_id = $1 AND ordinal = ${ordinal} AND ${DUE}
    RETURNING ordinal, array_to_string(pending, ',') AS pending, attempts - 1 AS attempts, topic`;

const CLAIM = statement(claimOf('$4'));

const CLAIM_NEXT = statement(
  claimOf(
    `(SELECT ordinal FROM delivery_batch WHERE delivery_id = $1 AND ${DUE}
        AND EXISTS (SELECT FROM delivery WHERE id = $1 AND ${OPEN_NOW})
      ORDER BY ordinal LIMIT 1 FOR UPDATE SKIP LOCKED)`,
  ),
);

/** The rows in this order, so that two that settle at once do not wait for each other in a circle. */
const SETTLE = statement(
  `WITH settled AS (
    UPDATE delivery_batch SET pending = $4, told = told || $5::uuid[], gone = gone || $7::uuid[],
      unsure = CASE WHEN cardinality(unsure || $6::uuid[]) = 0 THEN unsure
        ELSE ARRAY(SELECT unnest(unsure || $6::uuid[]) EXCEPT SELECT unnest($5::uuid[])) END,
      claim = CASE WHEN $8 THEN claim END, claimed_until = CASE WHEN $8 THEN claimed_until END,
      not_before = $9, failed = failed || $10::uuid[]
    WHERE delivery_id = $1 AND ordinal = $2 AND claim = $3
    RETURNING delivery_id
  ), counted AS (
    UPDATE delivery SET accepted = accepted + cardinality($5::uuid[]),
      gone = delivery.gone + cardinality($7::uuid[]), failed = failed + cardinality($10::uuid[]),
      first_accepted_at = LEAST(first_accepted_at, $11::timestamptz),
      last_accepted_at = GREATEST(last_accepted_at, $11::timestamptz)
    FROM settled WHERE id = delivery_id
    RETURNING id
  ), hosts AS (
    INSERT INTO delivery_host (delivery_id, host, sent, gone)
    SELECT id, of.host, of.sent, of.gone
    FROM counted, unnest($12::text[], $13::int[], $14::int[]) AS of (host, sent, gone)
    ON CONFLICT (delivery_id, host)
    DO UPDATE SET sent = delivery_host.sent + excluded.sent, gone = delivery_host.gone + excluded.gone
  )
  SELECT id FROM counted`,
);
