import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { Queue } from '../platform/queue.js';
import { EvidenceCopies } from './copies.service.js';
import { EvidenceSafe } from './safe.service.js';

/** What needs nobody to wait for it. */
@Injectable()
export class EvidenceWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly copies: EvidenceCopies,
    private readonly safe: EvidenceSafe,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('evidenceCopy', { concurrency: 1 }, ({ evidenceId }) =>
      this.copies.make(evidenceId),
    );
    await this.queue.work('evidenceOrphan', { concurrency: 1 }, ({ key }) =>
      this.safe.dropOrphan(key),
    );
  }
}
