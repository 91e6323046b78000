import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Database } from '../platform/database.js';
import { Metrics } from '../platform/metrics.js';
import { LOGGER } from '../platform/tokens.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import type { MarkedDevice, SealedDevice } from '../subscriptions/channel-seal.js';
import { BatchSettler, type BatchRun } from './batch-settler.service.js';
import { BatchStore, CLAIM_SECONDS } from './batch.store.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import { MAX_OUT } from './lanes.js';
import { SENDER, UNREADABLE, type Answered, type Sender, type Sent } from './sender.js';
import type { Attempt } from './settlement.js';

const RENEW_MS = 4_000;
/** So long after a claim was asked for it holds, renewed or not. */
const HELD_MS = (CLAIM_SECONDS - 1) * 1_000;
const SHUTDOWN_MS = 6_000;

/** A batch that was claimed, with those of its devices that still subscribe. */
export interface Loaded extends BatchRun {
  devices: MarkedDevice[];
  /** JSON by locale. */
  payloads: Readonly<Record<string, string>>;
  /** When its claim was asked for, as `performance.now()` has it. */
  claimedAt: number;
}

/** One batch: send, judge each answer, settle. */
@Injectable()
export class BatchService {
  private readonly out = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly store: BatchStore,
    private readonly settler: BatchSettler,
    private readonly audience: AudienceService,
    private readonly totals: DeliveryTotals,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(SENDER) private readonly sender: Sender,
  ) {}

  /** Waits until there is room for another batch; before it is claimed, since a claim lapses. */
  async room(): Promise<void> {
    while (this.out.size >= MAX_OUT) await Promise.race(this.out);
  }

  /** Returns when the first answers are written down; the others are by themselves. */
  async deliver(loaded: Loaded): Promise<void> {
    const { key, claim, batch, devices, payloads, claimedAt } = loaded;
    const looked = performance.now();
    const waited = looked - claimedAt >= RENEW_MS;
    if (waited && !(await this.settler.isStillDue(loaded))) return;
    const heldUntil = (waited ? looked : claimedAt) + HELD_MS;
    const renewal = setInterval(() => {
      this.store.renew(this.database.reader, key, claim).catch(() => undefined);
    }, RENEW_MS);
    let keepRenewing = false;
    try {
      const started = performance.now();
      const consignment = { ...batch, payloads, devices, heldUntil };
      const sent = await this.sender.send(consignment, (ids) => this.channels(ids));
      const answered = performance.now();
      const present = new Set(devices.map(({ id }) => id));
      const left = batch.pending.filter((id) => !present.has(id));
      const owed = await this.settle(loaded, sent, sent, { left, owed: [] });
      if (!batch.exercise) this.metrics.took({ ...sent.took, send: answered - started });
      if (sent.out.length === 0) return;
      keepRenewing = true;
      this.leaveOut(this.finish(loaded, sent, owed).finally(() => clearInterval(renewal)));
    } finally {
      if (!keepRenewing) clearInterval(renewal);
    }
  }

  /** Waits a while for what is still out; whoever dawdles is sent to again. */
  async stragglers(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_MS);
    });
    await Promise.race([Promise.allSettled(this.out), patience]);
    clearTimeout(timer);
  }

  /** Whose channel cannot be read now is sent to later. */
  private channels(ids: string[]): Promise<SealedDevice[]> {
    return this.audience.sealed(ids).catch((error: unknown) => {
      this.logger.warn({ err: error, count: ids.length }, 'channels were not read');
      return [];
    });
  }

  /** @returns what is still owed, to be settled with the answers that come next */
  private async settle(
    loaded: Loaded,
    sent: Sent,
    answered: Answered,
    { left, owed }: { left: string[]; owed: Attempt[] },
  ): Promise<Attempt[]> {
    const { done, out, next } = answered;
    this.tellOperator(done);
    const started = performance.now();
    const took = () => performance.now() - started;
    try {
      const isFirst = answered === sent;
      const later = await this.settler.settle(loaded, [...owed, ...done], left, { out, isFirst });
      sent.settled(done.length, took());
      return later;
    } catch (error) {
      sent.settled(done.length);
      void giveUp(next, sent.settled);
      throw error;
    } finally {
      if (!loaded.batch.exercise) this.metrics.took({ settle: took() });
    }
  }

  private async finish(loaded: Loaded, sent: Sent, owed: Attempt[]): Promise<void> {
    for (let answered = await sent.next; answered; answered = await answered.next)
      owed = await this.settle(loaded, sent, answered, { left: [], owed });
    await this.totals.complete(loaded.key.deliveryId);
  }

  private tellOperator(attempts: Attempt[]): void {
    for (const [reason, { text, isOne }] of Object.entries(TOLD)) {
      const count = attempts.filter(isOne).length;
      if (count === 0) continue;
      this.logger.error({ count, reason }, text);
      this.metrics.operatorCalls.inc({ reason });
    }
  }

  private leaveOut(finishing: Promise<void>): void {
    // A settlement that fails is made up for: the claim lapses, and the batch's other job finds it.
    const quiet = finishing
      .catch((error: unknown) => this.logger.warn({ err: error }, 'answers were not written down'))
      .finally(() => this.out.delete(quiet));
    this.out.add(quiet);
  }
}

/** What comes of them is not written down any more: others get their places all the same. */
async function giveUp(next: Answered['next'], settled: Sent['settled']): Promise<void> {
  try {
    for (let answered = await next; answered; answered = await answered.next)
      settled(answered.done.length);
  } catch {
    // Whoever sends has died, and its places with it.
  }
}

/** What the operator is told of devices that cannot be sent to as things are. */
const TOLD: Record<string, { text: string; isOne: (attempt: Attempt) => boolean }> = {
  'unreadable-channel': {
    text: 'operator: channels do not open',
    isOne: ({ host, outcome }) => host === UNREADABLE && outcome.kind === 'fault',
  },
  'retired-vapid-key': {
    text: 'operator: devices subscribed with a push key that is not given',
    isOne: ({ outcome }) => outcome.kind === 'fault' && outcome.cause === 'retired-key',
  },
};
