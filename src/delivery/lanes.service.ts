import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { Metrics } from '../platform/metrics.js';
import { HeldElsewhere, Queue } from '../platform/queue.js';
import { Remembered } from '../platform/remembered.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import { BatchService, type Loaded } from './batch.service.js';
import { BatchStore, type BatchKey, type ClaimedBatch } from './batch.store.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import { FIRST_ATTEMPT } from './lanes.js';

/** After so long a lane queues up again, so that other deliveries get their turn. */
const TURN_MS = 500;
/** After a worker's death its claims have lapsed by then. */
const SAFETY_SECONDS = 13;
/** The words of so many deliveries are kept at hand, for so long. */
const WORDS = 16;
const WORDS_MS = 600_000;

/** The jobs that send: a lane of many batches, or one batch again. */
@Injectable()
export class Lanes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  /** This process begins no two batches at once, so that the nearest are told first. */
  private underWay: Promise<unknown> = Promise.resolve();
  private readonly words = new Remembered(
    (id) => this.store.words(this.database.reader, id),
    WORDS_MS,
    WORDS,
    () => performance.now(),
  );

  constructor(
    private readonly database: Database,
    private readonly store: BatchStore,
    private readonly batches: BatchService,
    private readonly audience: AudienceService,
    private readonly totals: DeliveryTotals,
    private readonly queue: Queue,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('lane', { concurrency: 1 }, ({ deliveryId }) => this.lane(deliveryId));
    await this.queue.work('batch', { concurrency: 1 }, (key) => this.again(key));
  }

  /** No new batch is begun, then the last stragglers settle; whoever dawdles is sent to again. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.queue.stop();
    await this.batches.stragglers();
  }

  /** Each batch is claimed and read while the one before is sent. */
  private async lane(deliveryId: string): Promise<void> {
    const turnEnds = performance.now() + TURN_MS;
    let next = this.claimNext(deliveryId);
    for (;;) {
      const batch = await next;
      if (!batch) return this.stopping ? this.goOnLater(deliveryId) : this.endOf(deliveryId);
      const goOn = !this.stopping && performance.now() < turnEnds;
      next = goOn ? this.claimNext(deliveryId) : Promise.resolve(undefined);
      next.catch(() => undefined);
      await this.oneByOne(() => this.batches.deliver(batch));
      if (!goOn) return this.goOnLater(deliveryId);
    }
  }

  /** What others are at is looked at once more, when they should be through. */
  private async endOf(deliveryId: string): Promise<void> {
    if (await this.store.isUnderWay(this.database.reader, deliveryId))
      await this.goOnLater(deliveryId, { startAfter: SAFETY_SECONDS });
    await this.totals.complete(deliveryId);
  }

  private goOnLater(
    deliveryId: string,
    options: { priority?: number; startAfter?: number } = { priority: FIRST_ATTEMPT },
  ) {
    return this.database.transaction((tx) => this.queue.send(tx, 'lane', { deliveryId }, options));
  }

  private async again(key: BatchKey): Promise<void> {
    await this.batches.room();
    if (this.stopping) throw new HeldElsewhere();
    const [claim, claimedAt] = [randomUUID(), performance.now()];
    const found = await this.database.transaction((tx) => this.store.claim(tx, key, claim));
    // Its holder settles it, or dies: this job is tried again, so that none is added.
    if (found === 'held') throw new HeldElsewhere();
    if (found) {
      const loaded = await this.load(key, { claim, claimedAt }, found);
      await this.oneByOne(() => this.batches.deliver(loaded));
    }
    // Whoever settled it last may have died before seeing that it was the last.
    await this.totals.complete(key.deliveryId);
  }

  private async claimNext(deliveryId: string): Promise<Loaded | undefined> {
    await this.batches.room();
    if (this.stopping) return undefined;
    const [claim, claimedAt] = [randomUUID(), performance.now()];
    const batch = await this.database.transaction((tx) =>
      this.store.claimNext(tx, deliveryId, claim),
    );
    if (!batch) return undefined;
    const key = { deliveryId, ordinal: batch.ordinal };
    const loaded = await this.load(key, { claim, claimedAt }, batch);
    if (!batch.exercise) this.metrics.took({ load: performance.now() - claimedAt });
    return loaded;
  }

  private async load(
    key: BatchKey,
    held: Pick<Loaded, 'claim' | 'claimedAt'>,
    batch: ClaimedBatch,
  ): Promise<Loaded> {
    const [devices, { payloads, threads }] = await Promise.all([
      this.audience.sealed(batch.pending),
      this.words.get(key.deliveryId),
    ]);
    return { key, ...held, batch, devices, payloads: threads[batch.topic] ?? payloads };
  }

  private oneByOne(work: () => Promise<void>): Promise<void> {
    const done = this.underWay.then(work);
    this.underWay = done.catch(() => undefined);
    return done;
  }
}
