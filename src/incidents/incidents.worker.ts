import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { Queue } from '../platform/queue.js';
import { IncidentActions } from './incident-actions.service.js';

/** The clock's part in the lifecycle. */
@Injectable()
export class IncidentsWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly actions: IncidentActions,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.worksQueue)
      await this.queue.work('expiry', { concurrency: 1 }, ({ incidentId }) =>
        this.actions.expire(incidentId),
      );
  }
}
