import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ResourcesModule } from '../resources/resources.module.js';
import { SchoolsModule } from '../schools/schools.module.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { AlertRow } from './alert.entity.js';
import { AlertKeysController } from './alert-keys.controller.js';
import { AlertPageController } from './alert-page.controller.js';
import { AlertReader } from './alert-reader.service.js';
import { AlertResources } from './alert-resources.service.js';
import { AlertsGateway } from './alerts.gateway.js';
import { AlertsResolver } from './alerts.resolver.js';
import { AlertsService } from './alerts.service.js';
import { AlertsStore } from './alerts.store.js';
import { AlertsWorker } from './alerts.worker.js';
import { AudienceTags } from './audience-tags.service.js';
import { ActiveSnapshot } from './feeds/active-snapshot.service.js';
import { FeedsController } from './feeds/feeds.controller.js';
import { FeedsService } from './feeds/feeds.service.js';
import { SnapshotStore } from './feeds/snapshot.store.js';
import { LocalesResolver } from './locales.resolver.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([AlertRow]),
    ResourcesModule,
    SchoolsModule,
    SubscriptionsModule,
    DeliveryModule,
  ],
  controllers: [FeedsController, AlertPageController, AlertKeysController],
  providers: [
    AlertsStore,
    AlertsService,
    AlertReader,
    AlertResources,
    AudienceTags,
    AlertsWorker,
    AlertsGateway,
    AlertsResolver,
    SnapshotStore,
    ActiveSnapshot,
    FeedsService,
    LocalesResolver,
  ],
  exports: [AlertsService, AlertReader, AudienceTags],
})
export class AlertsModule {}
