import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { Metrics } from '../platform/metrics.js';
import { LOGGER } from '../platform/tokens.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import { DeliveryTotalsStore, type Totals } from './delivery-totals.store.js';
import { tooManyGone } from './outcome.js';

const PROGRESS_MS = 500;

/** How far a delivery is, for those who watch it, and what is done when it is through. */
@Injectable()
export class DeliveryTotals {
  private readonly toldAt = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly store: DeliveryTotalsStore,
    private readonly audience: AudienceService,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async byId(id: string): Promise<Totals | undefined> {
    return (await this.store.read(this.database.reader, 'id', id))[0];
  }

  /** Of all messages of an incident, in order. */
  async ofIncident(incidentId: string): Promise<Totals[]> {
    return this.store.read(this.database.reader, 'incident_id', incidentId);
  }

  /** A batch was settled: who watches hears of it now and then, not for every batch. */
  tell(tx: Transaction, id: string, now: Date): void {
    if (now.getTime() - (this.toldAt.get(id) ?? 0) < PROGRESS_MS) return;
    this.toldAt.set(id, now.getTime());
    this.bus.announce(tx, 'delivery', { deliveryId: id });
  }

  /** Marks the delivery complete when nothing is owed any more; the first to see it tidies up. */
  async complete(id: string): Promise<void> {
    const done = await this.database.transaction(async (tx) => {
      if (!(await this.store.markComplete(tx, id, this.clock.now()))) return false;
      this.bus.announce(tx, 'delivery', { deliveryId: id });
      return true;
    });
    if (!done) return;
    this.toldAt.delete(id);
    await this.removeGone(id);
    const totals = await this.byId(id);
    if (!totals?.firstAcceptedAt || !totals.lastAcceptedAt || totals.reach !== 'AUDIENCE') return;
    const since = (at: Date) => (at.getTime() - totals.createdAt.getTime()) / 1_000;
    this.metrics.firstPushSeconds.observe(since(totals.firstAcceptedAt));
    this.metrics.lastPushSeconds.observe(since(totals.lastAcceptedAt));
  }

  /**
   * Deletes the subscriptions whose push service says they are gone, but none of a service that
   * says so of more than a fifth: then the mistake is likelier there, or here.
   */
  private async removeGone(id: string): Promise<void> {
    const suspect = new Set<string>();
    for (const { host, sent, gone } of await this.store.hosts(this.database.reader, id)) {
      if (!tooManyGone(sent, gone)) continue;
      suspect.add(host);
      this.logger.error({ host, count: gone, reason: 'too-many-gone' }, 'operator: nobody deleted');
      this.metrics.operatorCalls.inc({ reason: 'too-many-gone' });
    }
    const gone = await this.store.gone(this.database.reader, id);
    const { recipients } = await this.audience.recipients(gone);
    const remove = recipients
      .filter(({ address }) => !suspect.has(new URL(address.endpoint).host))
      .map((device) => device.id);
    await this.database.transaction((tx) => this.audience.remove(tx, remove));
  }
}
