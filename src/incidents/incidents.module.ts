import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AlertsModule } from '../alerts/alerts.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { SchoolsModule } from '../schools/schools.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { AudiencePreviews } from './audience-preview.service.js';
import { IncidentRow, SightingRow } from './incident.entity.js';
import { IncidentActions } from './incident-actions.service.js';
import { IncidentsGateway } from './incidents.gateway.js';
import { IncidentsResolver } from './incidents.resolver.js';
import { IncidentsService } from './incidents.service.js';
import { IncidentsStore } from './incidents.store.js';
import { IncidentsWorker } from './incidents.worker.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([IncidentRow, SightingRow]),
    AlertsModule,
    DeliveryModule,
    SubscriptionsModule,
    SchoolsModule,
  ],
  providers: [
    IncidentsStore,
    IncidentsService,
    IncidentActions,
    AudiencePreviews,
    IncidentsWorker,
    IncidentsGateway,
    IncidentsResolver,
  ],
  exports: [IncidentsService],
})
export class IncidentsModule {}
