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
import { KeysAhead } from './keys-ahead.service.js';
import { Lanes } from './lanes.service.js';
import { LocalSender } from './local-sender.js';
import { Opener } from './opener.js';
import { SENDER, type Sender } from './sender.js';
import { FamilySockets } from './socket/family-sockets.js';
import { ThreadSender, type ThreadEvents } from './thread-sender.js';
import { Turns } from './turns.service.js';
import { WebPushChannel } from './web-push/web-push.channel.js';

/** Push services with a host per shard count as one: a label must not grow without bound. */
const serviceOf = (host: string) => host.split('.').slice(-3).join('.');

const keysOf = ({ subject, previous, ...current }: VapidConfig) =>
  new Map([current, ...previous].map((key) => [key.keyId, { ...key, subject }]));

const sender = {
  provide: SENDER,
  inject: [Config, Clock, Metrics, LOGGER],
  useFactory: (config: Config, clock: Clock, metrics: Metrics, logger: Logger): Sender => {
    const { allowPrivate, keysAhead, ownThread } = config.push;
    const options = { vapid: keysOf(config.vapid), allowPrivate };
    const events = eventsOf(metrics, logger);
    if (ownThread) {
      const keyring = config.keyring.share();
      const setup = { ...options, keysAhead, keyring };
      return new ThreadSender(setup, events);
    }
    const now = () => clock.now().getTime();
    const channel = new WebPushChannel({
      ...options,
      clock: now,
      onFault: events.onFault,
      onAnswer: ({ host, outcome: { kind }, millis }) =>
        events.onAnswers({ host, kind, millis: [millis] }),
    });
    return new LocalSender(new Opener(config.keyring, keysAhead), channel);
  },
};

const eventsOf = (metrics: Metrics, logger: Logger): ThreadEvents => ({
  onFault: ({ host, status, keyId }) => {
    logger.error(
      { host, status, keyId, reason: 'push-refused' },
      'operator: a push service refuses us',
    );
    metrics.operatorCalls.inc({ reason: 'push-refused' });
  },
  onAnswers: ({ host, kind, millis }) => {
    metrics.pushes.inc({ host: serviceOf(host), outcome: kind }, millis.length);
    for (const one of millis) metrics.pushSeconds.observe(one / 1_000);
  },
  onDeath: (error) => {
    logger.error({ err: error, reason: 'sender-died' }, 'operator: the sending thread ended');
    metrics.operatorCalls.inc({ reason: 'sender-died' });
  },
});

@Module({
  imports: [
    TypeOrmModule.forFeature([DeliveryRow, DeliveryBatchRow, DeliveryHostRow, PauseRow]),
    SubscriptionsModule,
  ],
  providers: [
    Turns,
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
    sender,
    KeysAhead,
    Lanes,
  ],
  exports: [FanOutService, DeliveryTotals, AlertPause, FamilySockets],
})
export class DeliveryModule implements OnApplicationShutdown {
  constructor(@Inject(SENDER) private readonly sender: Sender) {}

  onApplicationShutdown(): Promise<void> {
    return this.sender.close();
  }
}
