import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DispatchGateway } from '../identity/dispatch.gateway.js';
import { Bus } from '../platform/bus.js';
import { incidentEvent } from './incidents.graphql.js';
import { IncidentsService } from './incidents.service.js';

/** Tells dispatchers of every change, and the authors of an incident's reports what became of it. */
@Injectable()
export class IncidentsGateway implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly incidents: IncidentsService,
    private readonly dispatch: DispatchGateway,
  ) {}

  onModuleInit(): void {
    this.bus.on('incident', async ({ incidentId }) => {
      if (this.dispatch.isIdle) return;
      const incident = await this.incidents.byId(incidentId);
      if (!incident) return;
      const authors = await this.incidents.authorsOf(incidentId);
      const hearers = [...authors].map((staffId) => ({ staffId }));
      this.dispatch.tell(['dispatchers', ...hearers], 'incident', incidentEvent(incident));
    });
    this.bus.on('lapsing', async ({ incidentId }) => {
      const incident = await this.incidents.byId(incidentId);
      if (incident?.state === 'ACTIVE')
        this.dispatch.tell(['dispatchers'], 'lapsing', incidentEvent(incident));
    });
  }
}
