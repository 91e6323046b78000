import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { Metrics } from '../platform/metrics.js';
import { Queue } from '../platform/queue.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import type { Audience } from '../subscriptions/area-tag.js';
import type { Broadcast } from './broadcast.js';
import type { DeliveryRow } from './delivery.entity.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import { FORGET_HOURS } from './forgetting.js';
import { FIRST_ATTEMPT, lanesOf } from './lanes.js';
import { FanOutStore, type Batch, type Reached } from './fan-out.store.js';
import { BATCH_SIZE } from './sender.js';

/** Devices read at a time; the first batches are under way before the next page is read. */
const PAGE_SIZE = 5_000;

/** Earlier batches usually settle within a few of these; longer waits leave the place to others. */
const WAIT_MS = 50;
const MAX_WAITS = 10;

/** Turns a broadcast into batches, and sends for workers. */
@Injectable()
export class FanOutService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly store: FanOutStore,
    private readonly audience: AudienceService,
    private readonly totals: DeliveryTotals,
    private readonly queue: Queue,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.worksQueue)
      await this.queue.work('forget', { concurrency: 1 }, ({ incidentId }) =>
        this.forget(incidentId),
      );
  }

  /**
   * Takes a broadcast on, inside the transaction that decided it. What ends an incident stops its
   * earlier messages at this commit; {@link plan} follows as a job.
   */
  async open(tx: Transaction, broadcast: Broadcast): Promise<void> {
    const now = this.clock.now();
    const delivery = await this.store.insert(tx, broadcast, now);
    if (broadcast.reach === 'TOLD') await this.store.closeEarlier(tx, delivery, now);
  }

  /** After the incident's end: the record of who was told is destroyed in good time. */
  async forgetLater(tx: Transaction, incidentId: string): Promise<void> {
    const startAfter = new Date(this.clock.now().getTime() + FORGET_HOURS * 3_600_000);
    await this.queue.send(tx, 'forget', { incidentId }, { startAfter });
  }

  /** Forgets, unless a message of the incident is still on its way: then once it has lapsed. */
  async forget(incidentId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const last = await this.store.lastExpiry(tx, incidentId);
      if (last && last > this.clock.now())
        await this.queue.send(tx, 'forget', { incidentId }, { startAfter: last });
      else await this.store.forget(tx, incidentId);
    });
  }

  /**
   * Makes the batches; called again after a crash, it goes on where it stopped.
   * @param rings whom a first message is for, the nearest first
   * @returns false when earlier messages of the incident are still under way: call again soon.
   */
  async plan(id: string, rings: readonly Audience[] | null): Promise<boolean> {
    for (let waits = 0; ;) {
      const plan = await this.step(id, rings);
      if (plan === 'done') break;
      if (plan === 'wait') {
        if (++waits > MAX_WAITS) return false;
        await new Promise((resume) => setTimeout(resume, WAIT_MS));
      }
    }
    await this.totals.complete(id);
    return true;
  }

  private async step(
    id: string,
    rings: readonly Audience[] | null,
  ): Promise<'more' | 'wait' | 'done'> {
    return this.database.transaction(async (tx) => {
      const delivery = await this.store.lock(tx, id);
      if (!delivery || delivery.plannedAt || delivery.closedAt) return 'done';
      return delivery.reach === 'AUDIENCE' || delivery.reach === 'DRILL'
        ? this.planPage(tx, delivery, rings ?? [])
        : this.planFollowUp(tx, delivery);
    });
  }

  private async planPage(tx: Transaction, delivery: DeliveryRow, rings: readonly Audience[]) {
    const kind = delivery.reach === 'DRILL' ? 'DRILL' : 'LIVE';
    if (rings.length === 0 || rings.some((ring) => ring.kind !== kind))
      throw new Error('a drill is for its own audience, and what is live for the public');
    const started = performance.now();
    const { plannedRing, plannedThrough } = delivery;
    const devices = await this.audience.page(tx, rings, plannedRing, plannedThrough, PAGE_SIZE);
    const ringIsThrough = devices.length < PAGE_SIZE;
    const done = ringIsThrough && plannedRing === rings.length - 1;
    const reached = devices.map((device) => ({ device, topic: null }));
    await this.addBatches(tx, delivery, reached, done);
    if (ringIsThrough)
      await this.store.advance(tx, delivery.id, {
        plannedRing: plannedRing + 1,
        plannedThrough: null,
      });
    if (!delivery.exercise) this.metrics.took({ plan: performance.now() - started });
    return done ? 'done' : 'more';
  }

  /**
   * The devices of the earlier messages. Those being sent to at this moment follow when they have
   * settled, so that nobody gets the correction before what it corrects, or is forgotten by it.
   */
  private async planFollowUp(tx: Transaction, delivery: DeliveryRow) {
    const goesOn = delivery.reach === 'TOLD_AND_OWED';
    if (goesOn && !(await this.store.earlierArePlanned(tx, delivery))) return 'wait';
    await this.store.closeEarlier(tx, delivery, this.clock.now());
    const done = !(await this.store.earlierAreInFlight(tx, delivery));
    const devices = await this.store.reached(tx, delivery, goesOn);
    if (done || devices.length > 0) await this.addBatches(tx, delivery, devices, done);
    return done ? 'done' : 'wait';
  }

  private async addBatches(
    tx: Transaction,
    delivery: DeliveryRow,
    devices: Reached[],
    done: boolean,
  ): Promise<void> {
    const batches = batchesOf(devices);
    if (batches.length > 0) {
      const from = await this.store.countBatches(tx, delivery.id);
      await this.store.addBatches(tx, delivery.id, from, batches);
      await this.queue.sendAll(tx, 'lane', lanesOf(delivery.id, batches.length), FIRST_ATTEMPT);
    }
    await this.store.advance(tx, delivery.id, {
      audience: delivery.audience + devices.length,
      plannedThrough: devices.at(-1)?.device ?? delivery.plannedThrough,
      plannedAt: done ? this.clock.now() : null,
    });
  }
}

/** Batches of one Topic each. */
function batchesOf(devices: Reached[]): Batch[] {
  const byTopic = Map.groupBy(devices, ({ topic }) => topic);
  return [...byTopic].flatMap(([topic, group]) =>
    Array.from({ length: Math.ceil(group.length / BATCH_SIZE) }, (_, index) => ({
      topic,
      pending: group
        .slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE)
        .map(({ device }) => device),
    })),
  );
}
