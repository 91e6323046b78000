import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IncidentsModule } from '../incidents/incidents.module.js';
import { SchoolsModule } from '../schools/schools.module.js';
import { AlertQualityResolver } from './alert-quality.resolver.js';
import { AlertQualityReader } from './alert-quality.service.js';
import { AlertQualityStore } from './alert-quality.store.js';
import { BriefsModule } from './briefs/briefs.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { PublicationResolver } from './publication/publication.resolver.js';
import { Publication } from './publication/publication.service.js';
import { PublicationStore } from './publication/publication.store.js';
import { PublishedRow } from './publication/published-figures.entity.js';
import { PolicyEffects } from './statistics/policy-effect.service.js';
import { StatisticsResolver } from './statistics/statistics.resolver.js';
import { IncidentStatisticsReader } from './statistics/statistics.service.js';
import { StatisticsStore } from './statistics/statistics.store.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([PublishedRow]),
    ...[IncidentsModule, SchoolsModule, ExportsModule, BriefsModule],
  ],
  providers: [
    ...[AlertQualityStore, AlertQualityReader, AlertQualityResolver],
    ...[PublicationStore, Publication, PublicationResolver],
    ...[StatisticsStore, IncidentStatisticsReader, PolicyEffects, StatisticsResolver],
  ],
})
export class AnalyticsModule {}
