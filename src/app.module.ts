import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { AlertsModule } from './alerts/alerts.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { IncidentsModule } from './incidents/incidents.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import type { Config } from './platform/config.js';
import { PlatformModule } from './platform/platform.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { ResourcesModule } from './resources/resources.module.js';
import { SchoolsModule } from './schools/schools.module.js';
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js';

@Module({})
export class AppModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(config, logger),
        LedgerModule,
        IdentityModule,
        SchoolsModule,
        ResourcesModule,
        SubscriptionsModule,
        DeliveryModule,
        AlertsModule,
        IncidentsModule,
        ReportsModule,
        AnalyticsModule,
      ],
    };
  }
}
