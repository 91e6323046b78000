import { Module, type OnApplicationShutdown, Inject } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import { Clock } from '../platform/clock.js';
import { Config, type VapidConfig } from '../platform/config.js';
import { Metrics } from '../platform/metrics.js';
import { LOGGER } from '../platform/tokens.js';
import { SubscriptionsModule } from '../subscriptions/subscriptions.module.js';
import { BatchService } from './batch.service.js';
import { BatchSettler } from './batch-settler.service.js';
import { BatchStore } from './batch.store.js';
import { PUSH_CHANNEL, type Channel } from './channel.js';
import { DeliveryBatchRow, DeliveryHostRow, DeliveryRow } from './delivery.entity.js';
import { DeliveryGateway } from './delivery.gateway.js';
import { DeliveryResolver } from './delivery.resolver.js';
import { DeliveryTotals } from './delivery-totals.service.js';
import { DeliveryTotalsStore } from './delivery-totals.store.js';
import { FanOutService } from './fan-out.service.js';
import { FanOutStore } from './fan-out.store.js';
import { PauseRow } from './pause.entity.js';
import { PauseGateway } from './pause.gateway.js';
import { PauseResolver } from './pause.resolver.js';
import { AlertPause } from './pause.service.js';
import { PauseStore } from './pause.store.js';
import { FamilySockets } from './socket/family-sockets.js';
import { WebPushChannel } from './web-push/web-push.channel.js';

/** Push services with a host per shard count as one: a label must not grow without bound. */
const serviceOf = (host: string) => host.split('.').slice(-3).join('.');

const keysOf = ({ subject, previous, ...current }: VapidConfig) =>
  new Map([current, ...previous].map((key) => [key.keyId, { ...key, subject }]));

const pushChannel = {
  provide: PUSH_CHANNEL,
  inject: [Config, Clock, Metrics, LOGGER],
  useFactory: (config: Config, clock: Clock, metrics: Metrics, logger: Logger) =>
    new WebPushChannel({
      vapid: keysOf(config.vapid),
      allowPrivate: config.push.allowPrivate,
      clock: () => clock.now().getTime(),
      onFault: ({ host, status, keyId }) => {
        logger.error(
          { host, status, keyId, reason: 'push-refused' },
          'operator: a push service refuses us',
        );
        metrics.operatorCalls.inc({ reason: 'push-refused' });
      },
      onAnswer: ({ host, outcome, millis }) => {
        metrics.pushes.inc({ host: serviceOf(host), outcome: outcome.kind });
        metrics.pushSeconds.observe(millis / 1_000);
      },
    }),
};

@Module({
  imports: [
    TypeOrmModule.forFeature([DeliveryRow, DeliveryBatchRow, DeliveryHostRow, PauseRow]),
    SubscriptionsModule,
  ],
  providers: [
    FanOutStore,
    FanOutService,
    BatchStore,
    BatchSettler,
    BatchService,
    DeliveryTotalsStore,
    DeliveryTotals,
    DeliveryGateway,
    DeliveryResolver,
    PauseStore,
    AlertPause,
    PauseGateway,
    PauseResolver,
    FamilySockets,
    pushChannel,
  ],
  exports: [FanOutService, DeliveryTotals, AlertPause, FamilySockets],
})
export class DeliveryModule implements OnApplicationShutdown {
  constructor(@Inject(PUSH_CHANNEL) private readonly channel: Channel) {}

  onApplicationShutdown(): Promise<void> {
    return this.channel.close();
  }
}
