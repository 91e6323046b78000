import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config.js';
import { Queue } from '../../platform/queue.js';
import { Retention } from './retention.service.js';

const DAY_SECONDS = 86_400;

/** Keeps to the retention schedule, in one process of all. */
@Injectable()
export class RetentionWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly retention: Retention,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('retention', { concurrency: 1 }, () => this.retention.run());
    await this.queue.every('retention', DAY_SECONDS, {});
  }
}
