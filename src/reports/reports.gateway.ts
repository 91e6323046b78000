import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DispatchGateway } from '../identity/dispatch.gateway.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { Bus } from '../platform/bus.js';
import { ReportsService } from './reports.service.js';

/** Tells dispatchers of a new report; the author hears of its outcome as `incident` events. */
@Injectable()
export class ReportsGateway implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly reports: ReportsService,
    private readonly incidents: IncidentsService,
    private readonly dispatch: DispatchGateway,
  ) {}

  onModuleInit(): void {
    this.bus.on('report', async ({ reportId }) => {
      if (this.dispatch.isIdle) return;
      const report = await this.reports.byId(reportId);
      const incident = report && (await this.incidents.byId(report.incidentId));
      if (!report || !incident) return;
      this.dispatch.tell(['dispatchers'], 'report', {
        id: report.id,
        incidentId: incident.id,
        drill: report.drill,
        schoolId: incident.schoolId,
        activity: report.activity,
        agency: report.agency,
        vantage: report.vantage,
        observedAt: report.observedAt.toISOString(),
        filedAt: report.filedAt.toISOString(),
        state: incident.state,
      });
    });
  }
}
