import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import { BatchStore, type BatchKey, type ClaimedBatch } from './batch.store.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import { settle, type Attempt, type Settlement } from './settlement.js';

/** After a worker's death the batch is found again, when its claim has lapsed. */
const SAFETY_SECONDS = 13;

export interface BatchRun {
  key: BatchKey;
  claim: string;
  batch: ClaimedBatch;
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
   * tried again is handed back, to be settled with them.
   */
  async settle(
    run: BatchRun,
    attempts: Attempt[],
    unsubscribed: string[],
    out: string[],
  ): Promise<Attempt[]> {
    const owed = out.length > 0 ? attempts.filter(({ outcome }) => outcome.kind === 'retry') : [];
    const now = attempts.filter((attempt) => !owed.includes(attempt));
    const settlement = settle(now, unsubscribed);
    const stillOut = [...out, ...owed.map(({ id }) => id)];
    await this.write(run, settlement, stillOut);
    await this.totals.complete(run.key.deliveryId);
    return owed;
  }

  private async write(run: BatchRun, settlement: Settlement, out: string[]): Promise<void> {
    const { key, claim, batch } = run;
    const now = this.clock.now();
    const next = new Date(now.getTime() + settlement.retryMs);
    if (settlement.pending.length > 0 && next >= batch.expires) giveUp(settlement);
    const retryAt = settlement.pending.length > 0 ? next : null;
    await this.database.transaction(async (tx) => {
      const { missing, told } = settlement;
      const confirmed = await this.audience.noteMissing(tx, missing, told);
      settlement.gone.push(...confirmed);
      settlement.failed.push(...missing.filter((id) => !confirmed.includes(id)));
      if (!(await this.store.settle(tx, key, claim, settlement, out, retryAt))) return;
      await this.store.addHosts(tx, key.deliveryId, settlement.hosts);
      await this.totals.add(tx, key.deliveryId, settlement, now);
      if (out.length > 0) await this.queue.send(tx, 'batch', key, { startAfter: SAFETY_SECONDS });
      else if (retryAt) await this.queue.send(tx, 'batch', key, { startAfter: retryAt });
    });
  }
}

/** Nothing is tried after `expires`: what is still owed then was not told in time. */
function giveUp(settlement: Settlement): void {
  settlement.failed.push(...settlement.pending);
  settlement.pending = [];
}
