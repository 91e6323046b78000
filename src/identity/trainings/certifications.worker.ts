import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config.js';
import { Queue } from '../../platform/queue.js';
import { Certifications } from './certifications.service.js';

/** Once a day: whose training lapses. */
@Injectable()
export class CertificationsWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly certifications: Certifications,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('certifications', { concurrency: 1 }, () => this.certifications.look());
    await this.certifications.lookSoon();
  }
}
