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
import { FIRST_ATTEMPT, HANDS, TURN_MS } from './lanes.js';
import { Places } from './places.js';
import { Turns } from './turns.service.js';

/** After a worker's death its claims have lapsed by then. */
const SAFETY_SECONDS = 13;
/** The words of so many deliveries are kept at hand, for so long. */
const WORDS = 16;
const WORDS_MS = 600_000;

/** A batch on its way, until its first answers are written down. */
interface Begun {
  settled: Promise<void>;
  /** Whoever fails at one takes up no more: their claims would all have to lapse. */
  failed: boolean;
}

/** The jobs that send: a lane of many batches, or one batch again. */
@Injectable()
export class Lanes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private readonly hands = new Places(HANDS);
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
    private readonly turns: Turns,
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

  /** Each batch is claimed and read while the one before is sent, unless they take turns. */
  private async lane(deliveryId: string): Promise<void> {
    const turnEnds = performance.now() + TURN_MS;
    const all: Begun[] = [];
    let begun: Begun | undefined;
    try {
      do {
        begun = await this.begin(() => this.claimNext(deliveryId));
        if (begun) all.push(begun);
      } while (begun && performance.now() < turnEnds && !all.some(({ failed }) => failed));
    } finally {
      await Promise.allSettled(all.map(({ settled }) => settled));
    }
    await Promise.all(all.map(({ settled }) => settled));
    return begun || this.stopping ? this.goOnLater(deliveryId) : this.endOf(deliveryId);
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
    const begun = await this.begin(() => this.claimAgain(key));
    await begun?.settled;
    // Whoever settled it last may have died before seeing that it was the last.
    await this.totals.complete(key.deliveryId);
  }

  /** Claims a batch, when there is a hand and room for it and its turn has come, and has it sent. */
  private async begin(claim: () => Promise<Loaded | undefined>): Promise<Begun | undefined> {
    await this.hands.take();
    let endTurn: (() => void) | undefined;
    const isDone = () => {
      this.hands.give(1);
      endTurn?.();
    };
    let settled: Promise<void> | undefined;
    try {
      await this.batches.room();
      // The last: whoever has it waits for no push service.
      endTurn = await this.turns.take();
      const batch = await claim();
      settled = batch && this.batches.deliver(batch).finally(isDone);
    } finally {
      if (!settled) isDone();
    }
    if (!settled) return undefined;
    const begun: Begun = { settled, failed: false };
    // Whoever began it hears of it.
    settled.catch(() => (begun.failed = true));
    return begun;
  }

  private async claimAgain(key: BatchKey): Promise<Loaded | undefined> {
    if (this.stopping) throw new HeldElsewhere();
    const [claim, claimedAt] = [randomUUID(), performance.now()];
    const found = await this.database.transaction((tx) => this.store.claim(tx, key, claim));
    // Its holder settles it, or dies: this job is tried again, so that none is added.
    if (found === 'held') throw new HeldElsewhere();
    return found && this.load(key, { claim, claimedAt }, found);
  }

  private async claimNext(deliveryId: string): Promise<Loaded | undefined> {
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
      this.audience.marked(batch.pending),
      this.words.get(key.deliveryId),
    ]);
    return { key, ...held, batch, devices, payloads: threads[batch.topic] ?? payloads };
  }
}
