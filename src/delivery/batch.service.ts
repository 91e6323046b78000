import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import { AudienceService, type Recipient } from '../subscriptions/audience.service.js';
import { BatchStore, type BatchKey, type ClaimedBatch } from './batch.store.js';
import { PUSH_CHANNEL, type Channel, type Envelope } from './channel.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import { settle, type Attempt, type Settlement } from './settlement.js';

/** Batches a worker sends at once. */
const CONCURRENT_BATCHES = 8;
const RENEW_MS = 4_000;
/** A batch that another worker holds is looked at again after its claim would have lapsed. */
const BUSY_SECONDS = 13;

/** Sends one batch: claim, send, judge each answer, settle. */
@Injectable()
export class BatchService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly store: BatchStore,
    private readonly audience: AudienceService,
    private readonly totals: DeliveryTotals,
    private readonly queue: Queue,
    private readonly clock: Clock,
    private readonly config: Config,
    @Inject(PUSH_CHANNEL) private readonly channel: Channel,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.worksQueue)
      await this.queue.work('batch', { concurrency: CONCURRENT_BATCHES }, (key) =>
        this.deliver(key),
      );
  }

  async deliver(key: BatchKey): Promise<void> {
    const claim = randomUUID();
    const batch = await this.database.transaction(async (tx) => {
      const claimed = await this.store.claim(tx, key, claim);
      if (claimed === 'busy') await this.queue.send(tx, 'batch', key, { startAfter: BUSY_SECONDS });
      return claimed;
    });
    if (batch === undefined || batch === 'busy') return;
    const renewal = setInterval(() => {
      this.store.renew(this.database.reader, key, claim).catch(() => undefined);
    }, RENEW_MS);
    try {
      const settlement = await this.send(batch);
      await this.settle(key, claim, batch, settlement);
    } finally {
      clearInterval(renewal);
    }
    await this.totals.complete(key.deliveryId);
  }

  private async send(batch: ClaimedBatch): Promise<Settlement> {
    const recipients = await this.audience.recipients(batch.pending);
    const envelopes = envelopesOf(batch);
    const attempts = await Promise.all(
      recipients.map(async (recipient): Promise<Attempt> => {
        const envelope = envelopes(recipient);
        const outcome = await this.channel.send(recipient.address, envelope, batch.attempts);
        return { id: recipient.id, host: new URL(recipient.address.endpoint).host, outcome };
      }),
    );
    const present = new Set(recipients.map(({ id }) => id));
    return settle(
      attempts,
      batch.pending.filter((id) => !present.has(id)),
    );
  }

  private async settle(
    key: BatchKey,
    claim: string,
    batch: ClaimedBatch,
    settlement: Settlement,
  ): Promise<void> {
    const now = this.clock.now();
    const next = new Date(now.getTime() + settlement.retryMs);
    if (settlement.pending.length > 0 && next >= batch.expires) giveUp(settlement);
    await this.database.transaction(async (tx) => {
      const { missing, told } = settlement;
      const confirmed = await this.audience.noteMissing(tx, missing, told);
      settlement.gone.push(...confirmed);
      settlement.failed.push(...missing.filter((id) => !confirmed.includes(id)));
      if (!(await this.store.settle(tx, key, claim, settlement))) return;
      await this.store.addHosts(tx, key.deliveryId, settlement.hosts);
      await this.totals.add(tx, key.deliveryId, settlement, now);
      if (settlement.pending.length > 0)
        await this.queue.send(tx, 'batch', key, { startAfter: next });
    });
  }
}

/** Nothing is tried after `expires`: what is still owed then was not told in time. */
function giveUp(settlement: Settlement): void {
  settlement.failed.push(...settlement.pending);
  settlement.pending = [];
}

/** One envelope per locale, made when it is first needed. */
function envelopesOf({ payloads, topic, expires }: ClaimedBatch) {
  const made = new Map<string, Envelope>();
  return ({ locale }: Recipient): Envelope => {
    const key = nearestLocale(locale, payloads);
    let envelope = made.get(key);
    if (!envelope) {
      envelope = { payload: Buffer.from(payloads[key]!), topic, expires };
      made.set(key, envelope);
    }
    return envelope;
  };
}

/** `es-MX` → `es` → `en`, among the locales there are. */
export function nearestLocale(locale: string, payloads: Record<string, string>): string {
  const subtags = locale.split('-');
  for (let length = subtags.length; length > 0; length--) {
    const tag = subtags.slice(0, length).join('-');
    if (payloads[tag] !== undefined) return tag;
  }
  return 'en';
}
