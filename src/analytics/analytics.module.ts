import { Module } from '@nestjs/common';
import { IncidentsModule } from '../incidents/incidents.module.js';
import { SchoolsModule } from '../schools/schools.module.js';
import { AlertQualityResolver } from './alert-quality.resolver.js';
import { AlertQualityReader } from './alert-quality.service.js';
import { AlertQualityStore } from './alert-quality.store.js';
import { BriefsModule } from './briefs/briefs.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { PublicationModule } from './publication/publication.module.js';
import { PolicyEffects } from './statistics/policy-effect.service.js';
import { StatisticsResolver } from './statistics/statistics.resolver.js';
import { IncidentStatisticsReader } from './statistics/statistics.service.js';
import { StatisticsStore } from './statistics/statistics.store.js';

@Module({
  imports: [IncidentsModule, SchoolsModule, ExportsModule, PublicationModule, BriefsModule],
  providers: [
    ...[AlertQualityStore, AlertQualityReader, AlertQualityResolver],
    ...[StatisticsStore, IncidentStatisticsReader, PolicyEffects, StatisticsResolver],
  ],
})
export class AnalyticsModule {}
