import { randomUUID } from 'node:crypto';
import { AlertsWorker } from '../../src/alerts/alerts.worker.js';
import type { Loaded } from '../../src/delivery/batch.service.js';
import { BatchStore } from '../../src/delivery/batch.store.js';
import { Database } from '../../src/platform/database.js';
import { AudienceService } from '../../src/subscriptions/audience.service.js';
import { PushService } from '../push-service/push-service.js';
import { Crew } from './crew.js';
import { Desk } from './desk.js';
import { subscribePush, type PushFamily } from './family.js';
import { startService, trust, type TestService } from './test-service.js';

const OSCEOLA = { districtId: '1201470' };

/** A worker that is played by hand, beside a service that sends nothing by itself. */
export class HandWorker {
  readonly desk: Desk;

  static async start(): Promise<HandWorker> {
    const push = await PushService.start();
    trust(push.certificates.caPem);
    const service = await startService({ environment: { ROLE: 'api' } });
    return new HandWorker(service, push, await Crew.of(service));
  }

  private constructor(
    readonly service: TestService,
    readonly push: PushService,
    readonly crew: Crew,
  ) {
    this.desk = new Desk(service);
  }

  get<T>(token: new (...args: never[]) => T): T {
    return this.service.service.app.get(token);
  }

  subscribe(): Promise<PushFamily> {
    return subscribePush(this.service.url, this.push, [OSCEOLA]);
  }

  plan(alertId: string): Promise<void> {
    return this.get(AlertsWorker).fan(alertId);
  }

  /** Decided and planned, for whoever subscribed. */
  async alert() {
    const issued = await this.crew.alert({ location: this.desk.spot() });
    await this.plan(issued.alertId);
    return issued;
  }

  /** Takes up the delivery's first batch, as if that had been so many milliseconds ago. */
  async claim(deliveryId: string, waitedMs = 0): Promise<Loaded> {
    const [key, claim] = [{ deliveryId, ordinal: 0 }, randomUUID()];
    const [store, database] = [this.get(BatchStore), this.get(Database)];
    const claimedAt = performance.now() - waitedMs;
    const batch = await database.transaction((tx) => store.claim(tx, key, claim));
    if (!batch || batch === 'held') throw new Error('it cannot be claimed');
    const devices = await this.get(AudienceService).marked(batch.pending);
    const { payloads } = await store.words(database.reader, deliveryId);
    return { key, claim, claimedAt, batch, devices, payloads };
  }

  async stop(): Promise<void> {
    await this.service.close();
    await this.push.stop();
  }
}
