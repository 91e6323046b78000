import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { Config } from '../platform/config.js';
import { Metrics } from '../platform/metrics.js';
import { Queue } from '../platform/queue.js';
import { LOGGER } from '../platform/tokens.js';
import { CheckpointOutlets } from './checkpoint-outlets.service.js';
import { Checkpoints, LedgerNotExtended } from './checkpoints.service.js';

const HOUR_SECONDS = 3_600;

/** Signs the ledger every hour, in one process of all. */
@Injectable()
export class CheckpointsWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly checkpoints: Checkpoints,
    private readonly outlets: CheckpointOutlets,
    private readonly config: Config,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('checkpoint', { concurrency: 1 }, () => this.sign());
    await this.queue.every('checkpoint', HOUR_SECONDS, {});
  }

  private async sign(): Promise<void> {
    try {
      await this.outlets.publish(await this.checkpoints.make());
    } catch (error) {
      if (!(error instanceof LedgerNotExtended)) throw error;
      // Trying again would find the same: somebody must run ledger:verify.
      this.metrics.operatorCalls.inc({ reason: 'ledger-altered' });
      this.logger.error(
        { err: error, reason: 'ledger-altered' },
        'operator: the ledger does not extend its last checkpoint, nothing was signed',
      );
    }
  }
}
