import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IncidentsModule } from '../incidents/incidents.module.js';
import { SchoolsModule } from '../schools/schools.module.js';
import { Narratives } from './narratives.service.js';
import { ReportRow } from './report.entity.js';
import { ReportsGateway } from './reports.gateway.js';
import { IncidentReportsResolver, ReportsResolver } from './reports.resolver.js';
import { ReportsService } from './reports.service.js';
import { ReportsStore } from './reports.store.js';

@Module({
  imports: [TypeOrmModule.forFeature([ReportRow]), IncidentsModule, SchoolsModule],
  providers: [
    ReportsStore,
    ReportsService,
    Narratives,
    ReportsResolver,
    IncidentReportsResolver,
    ReportsGateway,
  ],
})
export class ReportsModule {}
