import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import { AudienceService, type Recipient } from '../subscriptions/audience.service.js';
import { BatchSettler } from './batch-settler.service.js';
import { BatchStore, type BatchKey, type ClaimedBatch } from './batch.store.js';
import { PUSH_CHANNEL, type Channel, type Envelope } from './channel.js';
import type { Attempt } from './settlement.js';
import { splitAfter, type Split } from './stragglers.js';

/** Longer than this no batch waits for its slowest push service before the next one starts. */
const STRAGGLER_MS = 1_000;
/** Batches whose stragglers may be out at once. */
const MAX_OUT = 8;
const RENEW_MS = 4_000;
/** A batch that is held is looked at again after its claim would have lapsed. */
const BUSY_SECONDS = 13;

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
    @Inject(PUSH_CHANNEL) private readonly channel: Channel,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // One at a time: what a dying worker repeats is then one batch.
    if (this.config.worksQueue)
      await this.queue.work('batch', { concurrency: 1 }, (key) => this.deliver(key));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.out);
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
      const recipients = await this.audience.recipients(batch.pending);
      const { done, out } = await this.send(batch, recipients);
      const present = new Set(recipients.map(({ id }) => id));
      const left = batch.pending.filter((id) => !present.has(id));
      const ids = out.map(({ index }) => recipients[index]!.id);
      const owed = await this.settler.settle({ key, claim, batch }, done, left, ids);
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
    return this.database.transaction(async (tx) => {
      const found = await this.store.claim(tx, key, claim);
      if (found === undefined || 'pending' in found) return found;
      const startAfter = found.notBefore ?? BUSY_SECONDS;
      await this.queue.send(tx, 'batch', key, { startAfter });
      return undefined;
    });
  }

  private send(batch: ClaimedBatch, recipients: Recipient[]): Promise<Split<Attempt>> {
    const envelopeFor = envelopesOf(batch);
    const attempts = recipients.map(async (recipient): Promise<Attempt> => {
      const { id, address } = recipient;
      const outcome = await this.channel.send(address, envelopeFor(recipient), batch.attempts);
      return { id, host: new URL(address.endpoint).host, outcome };
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

  private async leaveOut(finishing: Promise<void>): Promise<void> {
    // A settlement that fails is made up for: the claim lapses, and the batch's other job finds it.
    const quiet = finishing.catch(() => undefined).finally(() => this.out.delete(quiet));
    this.out.add(quiet);
    if (this.out.size > MAX_OUT) await Promise.race(this.out);
  }
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
function nearestLocale(locale: string, payloads: Record<string, string>): string {
  const subtags = locale.split('-');
  for (let length = subtags.length; length > 0; length--) {
    const tag = subtags.slice(0, length).join('-');
    if (payloads[tag] !== undefined) return tag;
  }
  return 'en';
}
