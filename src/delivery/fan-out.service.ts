import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { Metrics } from '../platform/metrics.js';
import { HeldElsewhere, Queue } from '../platform/queue.js';
import { AudienceService, type AudiencePage } from '../subscriptions/audience.service.js';
import type { Audience } from '../subscriptions/area-tag.js';
import { DeviceSet } from '../subscriptions/device-set.js';
import type { Broadcast } from './broadcast.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import { FORGET_HOURS } from './forgetting.js';
import { BEGINNING, FIRST_ATTEMPT, lanesOf } from './lanes.js';
import { FanOutStore, type Batch, type Planned, type Reached } from './fan-out.store.js';
import { BATCH_SIZE } from './sender.js';
import { Turns } from './turns.service.js';

/** Earlier batches usually settle within a few of these; longer waits leave the place to others. */
const WAIT_MS = 50;
const MAX_WAIT_MS = 500;

/** Turns a broadcast into batches, and sends for workers. */
@Injectable()
export class FanOutService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly store: FanOutStore,
    private readonly audience: AudienceService,
    private readonly totals: DeliveryTotals,
    private readonly turns: Turns,
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
   * Makes the batches; called again after a crash, it makes those that are missing.
   * @param rings whom a first message is for, the nearest first
   * @returns false when earlier messages of the incident are still under way: call again soon.
   */
  async plan(id: string, rings: readonly Audience[] | null): Promise<boolean> {
    if (rings) await this.planAudience(id, rings);
    else if (!(await this.planFollowUps(id))) return false;
    await this.totals.complete(id);
    return true;
  }

  /**
   * For whoever follows as this begins, each once, whatever they follow by the time they are read.
   * Begun again it reads all of them again and leaves out who is in a batch.
   */
  private async planAudience(id: string, rings: readonly Audience[]): Promise<void> {
    const begun = await this.database.transaction((tx) => this.begin(tx, id, rings));
    if (!begun) return;
    let { planned } = begun;
    await this.database.snapshot(async (snapshot) => {
      let started = performance.now();
      for await (const page of this.audience.pages(snapshot, rings, begun.devices)) {
        if (page.devices.length > 0 || page.last) {
          const change = { ...page, planned, plannedRing: rings.length };
          const isRead = performance.now();
          const end = await this.turns.take();
          const waited = performance.now() - isRead;
          const delivery = await this.database
            .transaction((tx) => this.addPage(tx, id, change))
            .finally(end);
          if (!delivery) return;
          const plan = performance.now() - started - waited;
          if (!delivery.exercise) this.metrics.took({ plan });
        }
        planned += page.devices.length;
        started = performance.now();
      }
    });
  }

  /** What of a delivery is in batches; undefined: it needs no more. */
  private async begin(tx: Transaction, id: string, rings: readonly Audience[]) {
    const delivery = await this.lockUnplanned(tx, id);
    if (!delivery) return undefined;
    const kind = delivery.reach === 'DRILL' ? 'DRILL' : 'LIVE';
    if (!isFirst(delivery) || rings.length === 0 || rings.some((ring) => ring.kind !== kind))
      throw new Error(WRONG_AUDIENCE);
    const devices = new DeviceSet();
    if (delivery.audience > 0) devices.addAll(await this.store.inBatches(tx, id));
    return { planned: delivery.audience, devices };
  }

  private async addPage(
    tx: Transaction,
    id: string,
    {
      devices,
      last,
      planned,
      plannedRing,
    }: AudiencePage & { planned: number; plannedRing: number },
  ): Promise<Planned | undefined> {
    const delivery = await this.lockUnplanned(tx, id);
    if (!delivery) return undefined;
    if (delivery.audience !== planned) throw new HeldElsewhere('another plans this delivery too');
    const reached = devices.map((device) => ({ device, topic: null }));
    await this.addBatches(tx, { ...delivery, plannedRing }, reached, last);
    return delivery;
  }

  private async planFollowUps(id: string): Promise<boolean> {
    const latest = performance.now() + MAX_WAIT_MS;
    for (;;) {
      const end = await this.turns.take();
      const look = async (tx: Transaction) => {
        const delivery = await this.lockUnplanned(tx, id);
        return !delivery || this.planFollowUp(tx, delivery);
      };
      const isDone = await this.database.transaction(look).finally(end);
      if (isDone) return true;
      if (performance.now() > latest) return false;
      await new Promise((resume) => setTimeout(resume, WAIT_MS));
    }
  }

  private async lockUnplanned(tx: Transaction, id: string): Promise<Planned | undefined> {
    const delivery = await this.store.lock(tx, id);
    return delivery && !delivery.plannedAt && !delivery.closedAt ? delivery : undefined;
  }

  /**
   * The devices of the earlier messages. Those being sent to at this moment follow when they have
   * settled, so that nobody gets the correction before what it corrects, or is forgotten by it.
   */
  private async planFollowUp(tx: Transaction, delivery: Planned): Promise<boolean> {
    if (isFirst(delivery)) throw new Error(WRONG_AUDIENCE);
    const goesOn = delivery.reach === 'TOLD_AND_OWED';
    if (goesOn && !(await this.store.earlierArePlanned(tx, delivery))) return false;
    await this.store.closeEarlier(tx, delivery, this.clock.now());
    const done = !(await this.store.earlierAreInFlight(tx, delivery));
    const devices = await this.store.reached(tx, delivery, goesOn);
    if (done || devices.length > 0) await this.addBatches(tx, delivery, devices, done);
    return done;
  }

  private async addBatches(
    tx: Transaction,
    delivery: Planned,
    devices: Reached[],
    done: boolean,
  ): Promise<void> {
    const batches = batchesOf(devices);
    if (batches.length > 0) {
      this.store.addBatches(tx, delivery.id, batches);
      const begins = delivery.audience === 0;
      await this.queue.sendAll(tx, 'lane', lanesOf(delivery.id, batches.length), (lane) =>
        begins && lane === 0 ? BEGINNING : FIRST_ATTEMPT,
      );
    }
    this.store.advance(tx, delivery.id, {
      audience: delivery.audience + devices.length,
      plannedRing: delivery.plannedRing,
      plannedAt: done ? this.clock.now() : null,
    });
  }
}

const WRONG_AUDIENCE = 'a drill is for its own audience, and what is live for the public';

const isFirst = ({ reach }: Planned) => reach === 'AUDIENCE' || reach === 'DRILL';

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
