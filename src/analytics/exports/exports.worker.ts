import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../../platform/config.js';
import { Queue } from '../../platform/queue.js';
import { ExportFiles } from './export-files.service.js';

@Injectable()
export class ExportsWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly files: ExportFiles,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('exportFile', { concurrency: 1 }, ({ exportId }) =>
      this.files.make(exportId),
    );
    await this.queue.work('exportTidy', { concurrency: 1 }, ({ exportId }) =>
      this.files.tidy(exportId),
    );
  }
}
