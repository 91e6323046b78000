import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { Bus } from '../platform/bus.js';
import { Config } from '../platform/config.js';
import { MetricName, Metrics } from '../platform/metrics.js';
import { LOGGER } from '../platform/tokens.js';
import { AudienceService } from '../subscriptions/audience.service.js';
import { SENDER, type Sender } from './sender.js';

/** Devices read at a time. */
const PAGE = 250;
/** Whoever subscribes has keys made ahead after this long at most. */
const EVERY_MS = 600_000;
/** A fan-out tells of itself twice a second; so long after the last word it is over. */
const QUIET_MS = 2_000;

/** While a worker has nothing to send, it makes every device ready for its next message. */
@Injectable()
export class KeysAhead implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly audience: AudienceService,
    private readonly bus: Bus,
    private readonly config: Config,
    metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(SENDER) private readonly sender: Sender,
  ) {
    const help = 'Devices whose next message has its keys made';
    metrics.gauge(MetricName.keysAhead, help, [], (gauge) => gauge.set(sender.prepared));
  }

  onApplicationBootstrap(): void {
    if (!this.config.worksQueue || this.config.push.keysAhead === 0) return;
    this.bus.on('delivery', async () => this.schedule(QUIET_MS));
    this.schedule(QUIET_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(millis: number): void {
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.start(), millis).unref();
  }

  private start(): void {
    this.timer = undefined;
    if (this.running) return this.schedule(QUIET_MS);
    this.running = this.round()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'no keys made ahead'))
      .finally(() => {
        this.running = undefined;
        if (!this.timer) this.schedule(EVERY_MS);
      });
  }

  private async round(): Promise<void> {
    let after: string | null = null;
    while (!this.stopped) {
      const devices = await this.audience.sealedAfter(after, PAGE);
      if (devices.length === 0 || !(await this.sender.prepare(devices))) return;
      after = devices.at(-1)!.id;
    }
  }
}
