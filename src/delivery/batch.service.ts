import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { Metrics } from '../platform/metrics.js';
import { HeldElsewhere, Queue } from '../platform/queue.js';
import { LOGGER } from '../platform/tokens.js';
import { AudienceService, type Recipient } from '../subscriptions/audience.service.js';
import { localeFinder } from '../subscriptions/locale.js';
import { BatchSettler } from './batch-settler.service.js';
import { BatchStore, type BatchKey, type ClaimedBatch } from './batch.store.js';
import { PUSH_CHANNEL, type Channel, type Envelope } from './channel.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import type { Attempt } from './settlement.js';
import { splitAfter, type Split } from './stragglers.js';

/** Longer than this no batch waits for its slowest push service before the next one starts. */
const STRAGGLER_MS = 500;
/** Batches whose stragglers may be out at once. */
const MAX_OUT = 8;
const RENEW_MS = 4_000;
const SHUTDOWN_MS = 6_000;

/** Sends batches, one after another: claim, send, judge each answer, settle. */
@Injectable()
export class BatchService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly out = new Set<Promise<void>>();

  constructor(
    private readonly database: Database,
    private readonly store: BatchStore,
    private readonly audience: AudienceService,
    private readonly settler: BatchSettler,
    private readonly queue: Queue,
    private readonly config: Config,
    private readonly totals: DeliveryTotals,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(PUSH_CHANNEL) private readonly channel: Channel,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // One at a time: what a dying worker repeats is then one batch.
    if (this.config.worksQueue)
      await this.queue.work('batch', { concurrency: 1 }, (key) => this.deliver(key));
  }

  /** No new batch is begun, then the last stragglers settle; whoever dawdles is sent to again. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.stop();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SHUTDOWN_MS);
    });
    await Promise.race([Promise.allSettled(this.out), patience]);
    clearTimeout(timer);
  }

  /** Returns when all answers are in, or only stragglers are out; those settle by themselves. */
  async deliver(key: BatchKey): Promise<void> {
    const claim = randomUUID();
    const batch = await this.claim(key, claim);
    if (!batch) return;
    const renewal = setInterval(() => {
      this.store.renew(this.database.reader, key, claim).catch(() => undefined);
    }, RENEW_MS);
    let keepRenewing = false;
    try {
      const { recipients, unreadable } = await this.audience.recipients(batch.pending);
      this.tellOperator('unreadable-channel', unreadable.length);
      const { done, out } = await this.send(batch, recipients);
      this.tellOperator('retired-vapid-key', done.filter(isRetired).length);
      const present = new Set([...unreadable, ...recipients.map(({ id }) => id)]);
      const left = batch.pending.filter((id) => !present.has(id));
      const ids = out.map(({ index }) => recipients[index]!.id);
      const owed = await this.settler.settle(
        { key, claim, batch },
        [...done, ...unreadable.map(unsendable)],
        left,
        ids,
      );
      if (out.length === 0) return;
      keepRenewing = true;
      await this.leaveOut(
        this.finish({ key, claim, batch }, out, owed).finally(() => clearInterval(renewal)),
      );
    } finally {
      if (!keepRenewing) clearInterval(renewal);
    }
  }

  private async claim(key: BatchKey, claim: string): Promise<ClaimedBatch | undefined> {
    const found = await this.database.transaction((tx) => this.store.claim(tx, key, claim));
    // Its holder settles it, or dies: this job is tried again, so that none is added.
    if (found === 'held') throw new HeldElsewhere();
    // Whoever settled it last may have died before seeing that it was the last.
    if (!found) await this.totals.complete(key.deliveryId);
    return found;
  }

  private send(batch: ClaimedBatch, recipients: Recipient[]): Promise<Split<Attempt>> {
    const envelopeFor = envelopesOf(batch);
    const attempts = recipients.map(async (recipient): Promise<Attempt> => {
      const { id, address } = recipient;
      const outcome = await this.channel.send(address, envelopeFor(recipient), batch.attempts);
      const { vapidKeyId: keyId } = address;
      return { id, host: new URL(address.endpoint).host, keyId, outcome };
    });
    return splitAfter(attempts, STRAGGLER_MS);
  }

  private async finish(
    run: { key: BatchKey; claim: string; batch: ClaimedBatch },
    out: Split<Attempt>['out'],
    owed: Attempt[],
  ): Promise<void> {
    const late = await Promise.all(out.map(({ promise }) => promise));
    await this.settler.settle(run, [...owed, ...late], [], []);
  }

  private tellOperator(reason: keyof typeof TOLD, count: number): void {
    if (count === 0) return;
    this.logger.error({ count, reason }, TOLD[reason]);
    this.metrics.operatorCalls.inc({ reason });
  }

  private async leaveOut(finishing: Promise<void>): Promise<void> {
    // A settlement that fails is made up for: the claim lapses, and the batch's other job finds it.
    const quiet = finishing.catch(() => undefined).finally(() => this.out.delete(quiet));
    this.out.add(quiet);
    if (this.out.size > MAX_OUT) await Promise.race(this.out);
  }
}

/** What the operator is told of devices that cannot be sent to as things are. */
const TOLD = {
  'unreadable-channel': 'operator: channels do not open',
  'retired-vapid-key': 'operator: devices subscribed with a push key that is not given',
} as const;

const isRetired = ({ outcome }: Attempt) =>
  outcome.kind === 'fault' && outcome.cause === 'retired-key';

/** One envelope per locale, made when it is first needed. */
function envelopesOf({ payloads, topic, expires, exercise }: ClaimedBatch) {
  const made = new Map<string, Envelope>();
  const nearest = localeFinder(Object.keys(payloads));
  return ({ locale }: Recipient): Envelope => {
    const key = nearest(locale) ?? 'en';
    let envelope = made.get(key);
    if (!envelope) {
      envelope = { payload: Buffer.from(payloads[key]!), topic, expires, exercise };
      made.set(key, envelope);
    }
    return envelope;
  };
}

/** A device whose stored channel does not open; it is kept, for when its key is given again. */
const unsendable = (id: string): Attempt => ({
  id,
  host: 'unreadable',
  keyId: null,
  outcome: { kind: 'fault', status: 0 },
});
