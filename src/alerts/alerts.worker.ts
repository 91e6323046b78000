import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { FanOutService } from '../delivery/fan-out.service.js';
import { Config } from '../platform/config.js';
import { Database } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import { AlertsStore } from './alerts.store.js';
import { AudienceTags } from './audience-tags.service.js';

const AGAIN_SECONDS = 1;

/** The fan-out job: turns an alert's place into tags, which nothing but memory ever holds. */
@Injectable()
export class AlertsWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly database: Database,
    private readonly store: AlertsStore,
    private readonly tags: AudienceTags,
    private readonly fanOut: FanOutService,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.worksQueue)
      await this.queue.work('fanOut', { concurrency: 4 }, ({ alertId }) => this.fan(alertId));
  }

  async fan(alertId: string): Promise<void> {
    const alert = await this.store.byId(this.database.reader, alertId);
    if (!alert) return;
    const rings = alert.kind === 'ALERT' ? await this.tags.ringsOf(alert) : null;
    if (await this.fanOut.plan(alertId, rings)) return;
    await this.database.transaction((tx) =>
      this.queue.send(tx, 'fanOut', { alertId }, { startAfter: AGAIN_SECONDS, priority: 10 }),
    );
  }
}
