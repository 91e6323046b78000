import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import type { MarkedDevice } from '../subscriptions/channel-seal.js';
import { BatchStore, type BatchKey, type ClaimedBatch } from './batch.store.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import {
  retriesOf,
  settle,
  waitOf,
  type Attempt,
  type Retries,
  type Settlement,
} from './settlement.js';

/** After a worker's death the batch is found again, when its claim has lapsed. */
const SAFETY_SECONDS = 13;

export interface BatchRun {
  key: BatchKey;
  claim: string;
  batch: ClaimedBatch;
  devices: Pick<MarkedDevice, 'id' | 'mark' | 'missingSince'>[];
}

/** Writes down what came of a batch: one short transaction. */
@Injectable()
export class BatchSettler {
  constructor(
    private readonly database: Database,
    private readonly store: BatchStore,
    private readonly audience: AudienceService,
    private readonly totals: DeliveryTotals,
    private readonly queue: Queue,
    private readonly clock: Clock,
  ) {}

  /**
   * Settles the attempts that are in. While some are `out` the claim is kept, and what is to be
   * tried again is handed back, to be settled with them. The first time, another look at the batch
   * is queued, for whoever dies meanwhile.
   */
  async settle(
    run: BatchRun,
    attempts: Attempt[],
    unsubscribed: string[],
    { out, isFirst }: { out: string[]; isFirst: boolean },
  ): Promise<Attempt[]> {
    const owed =
      out.length > 0 ? attempts.filter(({ outcome }) => waitOf(outcome) !== undefined) : [];
    const now = attempts.filter((attempt) => !owed.includes(attempt));
    const pending = [...out, ...owed.map(({ id }) => id)];
    await this.write(run, settle(now, unsubscribed), pending, isFirst);
    return owed;
  }

  /**
   * Before a batch is sent that waited since it was claimed: whether it is still to be. If not, its
   * claim is given back, and another look at it queued.
   */
  async isStillDue({ key, claim, batch }: BatchRun): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const isOpen = await this.store.isOpen(tx, key.deliveryId);
      if (isOpen && (await this.store.renew(tx, key, claim))) return true;
      const now = this.clock.now();
      const asItWas = { pending: batch.pending, held: false, at: null, now };
      if (await this.store.settle(tx, key, claim, settle([], []), asItWas))
        await this.queue.send(tx, 'batch', key);
      return false;
    });
  }

  private async write(
    run: BatchRun,
    settled: Settlement,
    out: string[],
    isFirst: boolean,
  ): Promise<void> {
    const { key, claim, batch, devices } = run;
    const now = this.clock.now();
    const told = new Set(settled.told);
    const found = devices.filter(({ id, missingSince }) => missingSince && told.has(id));
    const { stays, apart, tooLate } = retriesOf(settled.waits, now, batch.expires);
    await this.database.transaction(async (tx) => {
      const confirmed = await this.audience.noteMissing(
        tx,
        settled.missing,
        found.map(({ id }) => id),
      );
      await this.audience.noteGone(
        tx,
        devices.filter(({ id }) => settled.gone.includes(id)),
      );
      const lost = settled.missing.filter((id) => !confirmed.includes(id));
      const final: Settlement = {
        ...settled,
        gone: [...settled.gone, ...confirmed],
        failed: [...settled.failed, ...lost, ...tooLate],
      };
      const pending = [...out, ...(stays?.ids ?? [])];
      const held = out.length > 0;
      const rest = { pending, held, at: stays?.at ?? null, now };
      // A look too many, where the claim was lost meanwhile, finds nothing.
      if (held && isFirst) await this.queue.send(tx, 'batch', key, { startAfter: SAFETY_SECONDS });
      else if (stays) await this.queue.send(tx, 'batch', key, { startAfter: stays.at });
      if (apart.length === 0) this.store.settleAtEnd(tx, key, claim, final, rest);
      else if (!(await this.store.settle(tx, key, claim, final, rest))) return;
      this.totals.tell(tx, key.deliveryId, now);
      // The delivery's row is locked: batches put apart are numbered one by one.
      await this.putApart(tx, run, apart);
    });
  }

  private async putApart(
    tx: Transaction,
    { key, batch }: BatchRun,
    apart: Retries['apart'],
  ): Promise<void> {
    for (const { ids, at } of apart) {
      const ordinal = await this.store.putApart(tx, key, ids, batch.attempts + 1, at);
      await this.queue.send(tx, 'batch', { ...key, ordinal }, { startAfter: at });
    }
  }
}
