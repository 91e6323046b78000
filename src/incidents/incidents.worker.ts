import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { Queue } from '../platform/queue.js';
import { Drills } from './drills.service.js';
import { IncidentClock } from './incident-clock.service.js';

/** The clock's part in the lifecycle. */
@Injectable()
export class IncidentsWorker implements OnApplicationBootstrap {
  constructor(
    private readonly queue: Queue,
    private readonly clock: IncidentClock,
    private readonly drills: Drills,
    private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.worksQueue) return;
    await this.queue.work('expiry', { concurrency: 1 }, ({ incidentId }) =>
      this.clock.strike(incidentId),
    );
    await this.queue.work('drillEnd', { concurrency: 1 }, ({ drillId }) =>
      this.drills.endInTime(drillId),
    );
  }
}
