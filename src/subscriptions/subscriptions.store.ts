import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database.js';
import { arrayOf, run, statement } from '../platform/statements.js';
import type { AreaTag, DrillTag } from './area-tag.js';
import type { MarkedDevice, SealedDevice } from './channel-seal.js';
import { DrillAreaRow, SubscriptionAreaRow, SubscriptionRow } from './subscription.entity.js';

const KNOWN = `id, locale, channel_key_id AS "channelKeyId", vapid_key_id AS "vapidKeyId",
  missing_since::text AS "missingSince"`;

const CHANNELS = statement(
  `SELECT ${KNOWN}, channel FROM subscription WHERE id = ANY($1) AND channel IS NOT NULL`,
);

/** As `markOf` has it. */
const MARK = 'substring(channel FROM octet_length(channel) - 15)';

const MARKS = statement(
  `SELECT ${KNOWN}, ${MARK} AS mark FROM subscription WHERE id = ANY($1) AND channel IS NOT NULL`,
);

export interface FollowedRow {
  locale: string;
  drills: boolean;
  tags: AreaTag[];
}

@Injectable()
export class SubscriptionsStore {
  async insert(tx: Transaction, row: SubscriptionRow): Promise<boolean> {
    const result = await tx
      .createQueryBuilder()
      .insert()
      .into(SubscriptionRow)
      .values(row)
      .orIgnore()
      .returning('id')
      .execute();
    return (result.raw as unknown[]).length === 1;
  }

  async update(
    tx: Transaction,
    id: string,
    change: Partial<Omit<SubscriptionRow, 'id'>>,
  ): Promise<void> {
    await tx.getRepository(SubscriptionRow).update(id, change);
  }

  /** Of those who claim one endpoint at once, each waits for the one before; until the end. */
  async lockEndpoint(tx: Transaction, endpointIndex: Buffer): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `endpoint:${endpointIndex.toString('hex')}`,
    ]);
  }

  async lockByEndpoint(tx: Transaction, endpointIndex: Buffer): Promise<SubscriptionRow | null> {
    return tx
      .getRepository(SubscriptionRow)
      .findOne({ where: { endpointIndex }, lock: { mode: 'pessimistic_write' } });
  }

  async byToken(
    tx: Transaction,
    tokenHash: Buffer,
    lock: boolean,
  ): Promise<SubscriptionRow | null> {
    return tx.getRepository(SubscriptionRow).findOne({
      where: { tokenHash },
      ...(lock && { lock: { mode: 'pessimistic_write' as const } }),
    });
  }

  /** Marks devices whose channel is still the one that was sent to. */
  async setGone(
    tx: Transaction,
    devices: readonly Pick<MarkedDevice, 'id' | 'mark'>[],
    day: string,
  ): Promise<void> {
    if (devices.length === 0) return;
    await tx.query(
      `UPDATE subscription SET missing_since = $3
       FROM unnest($1::uuid[], $2::bytea[]) AS sent (id, mark)
       WHERE subscription.id = sent.id AND ${MARK} = sent.mark AND missing_since IS NULL`,
      [devices.map(({ id }) => id), devices.map(({ mark }) => mark), day],
    );
  }

  /** Those of the ids that are marked as missing or gone; whoever has another channel since is not. */
  async deleteMissing(tx: Transaction, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await tx.query('DELETE FROM subscription WHERE id = ANY($1) AND missing_since IS NOT NULL', [
      ids,
    ]);
  }

  /** By the token's hash in hex, what each follows. One statement. */
  async followed(tx: Transaction, tokenHashes: string[]): Promise<Map<string, FollowedRow>> {
    const rows = (await tx.query(
      `SELECT encode(token_hash, 'hex') AS token, locale, drills,
         ARRAY(SELECT tag FROM subscription_area WHERE subscription_id = subscription.id) AS tags
       FROM subscription WHERE token_hash IN (SELECT decode(unnest($1::text[]), 'hex'))`,
      [tokenHashes],
    )) as (FollowedRow & { token: string })[];
    return new Map(rows.map(({ token, ...row }) => [token, row]));
  }

  async delete(tx: Transaction, ids: string[]): Promise<void> {
    if (ids.length > 0) await tx.query('DELETE FROM subscription WHERE id = ANY($1)', [ids]);
  }

  async replaceAreas(
    tx: Transaction,
    subscriptionId: string,
    tags: readonly AreaTag[],
  ): Promise<void> {
    const areas = tx.getRepository(SubscriptionAreaRow);
    await areas.delete({ subscriptionId });
    await areas.insert(tags.map((tag) => ({ tag, subscriptionId })));
  }

  /** None: the device takes no part in drills (any more). */
  async replaceDrillAreas(
    tx: Transaction,
    subscriptionId: string,
    tags: readonly DrillTag[],
  ): Promise<void> {
    const areas = tx.getRepository(DrillAreaRow);
    await areas.delete({ subscriptionId });
    if (tags.length > 0) await areas.insert(tags.map((tag) => ({ tag, subscriptionId })));
  }

  async tags(tx: Transaction, subscriptionId: string): Promise<AreaTag[]> {
    const rows = await tx.getRepository(SubscriptionAreaRow).findBy({ subscriptionId });
    return rows.map(({ tag }) => tag as AreaTag);
  }

  async countAreas(tx: Transaction, subscriptionId: string): Promise<number> {
    return tx.getRepository(SubscriptionAreaRow).countBy({ subscriptionId });
  }

  async channels(tx: Transaction, ids: string[]): Promise<SealedDevice[]> {
    return run<SealedDevice>(tx, CHANNELS, [arrayOf(ids)]);
  }

  async marks(tx: Transaction, ids: string[]): Promise<MarkedDevice[]> {
    return run<MarkedDevice>(tx, MARKS, [arrayOf(ids)]);
  }

  async channelsAfter(tx: Transaction, after: string | null, limit: number) {
    return tx.query<SealedDevice[]>(
      `SELECT ${KNOWN}, channel FROM subscription
       WHERE ($1::uuid IS NULL OR id > $1) AND channel IS NOT NULL ORDER BY id LIMIT $2`,
      [after, limit],
    );
  }

  async setMissing(tx: Transaction, ids: string[], day: string | null): Promise<void> {
    if (ids.length === 0) return;
    await tx.query(
      `UPDATE subscription SET missing_since = $2
       WHERE id = ANY($1) AND (missing_since IS NULL) <> ($2::date IS NULL)`,
      [ids, day],
    );
  }
}
