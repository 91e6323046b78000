import { Global, Module, type DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import { Asked } from './asked.js';
import { Bus } from './bus.js';
import { Clock } from './clock.js';
import { Config } from './config.js';
import { Database, serviceDataSource } from './database.js';
import { graphqlOptions } from './graphql.options.js';
import { HealthController } from './health.controller.js';
import { HealthNotes } from './health-notes.js';
import { MetricName, Metrics } from './metrics.js';
import { Queue } from './queue.js';
import { SocketServer } from './socket-server.js';
import { DateTimeScalar, DayScalar } from './scalars.js';
import { LOGGER } from './tokens.js';

@Global()
@Module({})
export class PlatformModule {
  static with(config: Config, logger: Logger): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        TypeOrmModule.forRoot({
          ...serviceDataSource(config.database.url),
          autoLoadEntities: true,
          retryAttempts: 3,
          retryDelay: 500,
        }),
        ...(config.servesHttp ? [GraphQLModule.forRoot(graphqlOptions(config, logger))] : []),
      ],
      controllers: [HealthController],
      providers: [
        { provide: Config, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: Asked, useFactory: () => new Asked() },
        Clock,
        Database,
        Queue,
        Bus,
        Metrics,
        SocketServer,
        HealthNotes,
        DateTimeScalar,
        DayScalar,
      ],
      exports: [
        ...[Config, LOGGER, Asked, Clock, Database, Queue],
        ...[Bus, Metrics, SocketServer, HealthNotes],
      ],
    };
  }

  constructor(metrics: Metrics, queue: Queue) {
    metrics.gauge(MetricName.queueDepth, 'Jobs waiting or under way', ['queue'], async (gauge) => {
      for (const { queue: name, count } of await queue.depth()) gauge.set({ queue: name }, count);
    });
  }
}
