import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SchoolsModule } from '../schools/schools.module.js';
import { AudienceService } from './audience.service.js';
import { AudienceStore } from './audience.store.js';
import { DrillAreaRow, SubscriptionAreaRow, SubscriptionRow } from './subscription.entity.js';
import { FollowedAreas } from './followed-areas.service.js';
import { SubscriptionsResolver } from './subscriptions.resolver.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { SubscriptionsStore } from './subscriptions.store.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([SubscriptionRow, SubscriptionAreaRow, DrillAreaRow]),
    SchoolsModule,
  ],
  providers: [
    SubscriptionsStore,
    AudienceStore,
    FollowedAreas,
    SubscriptionsService,
    AudienceService,
    SubscriptionsResolver,
  ],
  exports: [SubscriptionsService, FollowedAreas, AudienceService],
})
export class SubscriptionsModule {}
