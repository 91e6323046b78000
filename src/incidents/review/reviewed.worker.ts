import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config.js';
import { Queue } from '../../platform/queue.js';
import { Reviewed } from './reviewed.service.js';

const MINUTE_SECONDS = 60;

/** Keeps short what readers would have to catch up with. */
@Injectable()
export class ReviewedWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly reviewed: Reviewed,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('reviewed', { concurrency: 1 }, () => this.reviewed.upToDate());
    await this.queue.every('reviewed', MINUTE_SECONDS, {});
  }
}
