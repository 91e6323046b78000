import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { PgBoss, type Db, type SendOptions } from 'pg-boss';
import type { Logger } from 'pino';
import { Config } from './config.js';
import { SERVICE_SESSION, type Transaction } from './database.js';
import {
  HEARTBEAT_SECONDS,
  MONITOR_SECONDS,
  QUEUES,
  type JobData,
  type QueueName,
} from './queues.js';
import { LOGGER } from './tokens.js';

export interface WorkerOptions {
  /** How many jobs of this queue this process works on at once. */
  concurrency: number;
}

const STOP_MS = 7_000;
/** How often a process looks whether a new span has begun. */
const TICK_MS = 60_000;

/** Another worker is at it: the job is tried again later, which is nothing to worry about. */
export class HeldElsewhere extends Error {}

/** The one job queue: pg-boss on the service's own PostgreSQL. */
@Injectable()
export class Queue implements BeforeApplicationShutdown {
  private readonly boss: PgBoss;
  private started = false;
  private stopping: Promise<void> | undefined;
  private readonly ticks: NodeJS.Timeout[] = [];

  constructor(
    config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.boss = new PgBoss({
      connectionString: config.database.url,
      options: SERVICE_SESSION,
      application_name: 'campana-queue',
      max: 6,
      migrate: false,
      createSchema: false,
      schedule: false,
      supervise: config.worksQueue,
      superviseIntervalSeconds: MONITOR_SECONDS,
      monitorIntervalSeconds: MONITOR_SECONDS,
      reindex: false,
      monitorVacuum: false,
      useListenNotify: config.worksQueue,
    });
    this.boss.on('error', (error) => this.logger.error({ err: error }, 'queue error'));
  }

  async start(): Promise<void> {
    if (this.started) return;
    await this.boss.start();
    this.started = true;
  }

  /** Sends inside the caller's transaction: the job exists exactly if the transaction commits. */
  async send<Q extends QueueName>(
    tx: Transaction,
    queue: Q,
    data: JobData[Q],
    options: Pick<SendOptions, 'startAfter' | 'priority'> = {},
  ): Promise<void> {
    await this.boss.send(QUEUES[queue].name, data, { ...options, db: within(tx) });
  }

  /** As {@link send}, many at once. @param priority of all, or of each by its place */
  async sendAll<Q extends QueueName>(
    tx: Transaction,
    queue: Q,
    all: JobData[Q][],
    priority: number | ((index: number) => number) = 0,
  ): Promise<void> {
    const priorityOf = typeof priority === 'number' ? () => priority : priority;
    await this.boss.insert(
      QUEUES[queue].name,
      all.map((data, index) => ({ data, priority: priorityOf(index) })),
      { db: within(tx) },
    );
  }

  /** Works off a queue; a handler that throws has its job retried. */
  async work<Q extends QueueName>(
    queue: Q,
    { concurrency }: WorkerOptions,
    handle: (data: JobData[Q]) => Promise<void>,
  ): Promise<void> {
    await this.start();
    for (let n = 0; n < concurrency; n++) {
      const worker = await this.boss.work<JobData[Q]>(
        QUEUES[queue].name,
        {
          batchSize: 1,
          pollingIntervalSeconds: 1,
          notifyPollingIntervalSeconds: 2,
          heartbeatRefreshSeconds: Math.floor(HEARTBEAT_SECONDS / 2),
        },
        async (jobs) => {
          // It looks again at once: of many jobs sent together only the first is announced.
          this.boss.notifyWorker(worker);
          for (const { data } of jobs) await this.attempt(queue, handle, data);
        },
      );
    }
  }

  /**
   * Has one job made in each span of so many seconds, counted from 1970 on, by whichever process is
   * the first to look; now, unless there was one in this span.
   */
  async every<Q extends QueueName>(queue: Q, seconds: number, data: JobData[Q]): Promise<void> {
    await this.start();
    const look = async () => {
      await this.boss.send(QUEUES[queue].name, data, { singletonSeconds: seconds });
    };
    await look();
    const tick = setInterval(() => {
      look().catch((error: unknown) => this.logger.warn({ err: error, queue }, 'no job was made'));
    }, TICK_MS);
    this.ticks.push(tick.unref());
  }

  private async attempt<Q extends QueueName>(
    queue: Q,
    handle: (data: JobData[Q]) => Promise<void>,
    data: JobData[Q],
  ): Promise<void> {
    try {
      await handle(data);
    } catch (error) {
      if (!(error instanceof HeldElsewhere))
        this.logger.warn({ err: error, queue }, 'job failed, it will be retried');
      // Not the error itself: pg-boss would write its message into the job's row.
      // oxlint-disable-next-line preserve-caught-error
      throw new Error('failed');
    }
  }

  async ready(): Promise<boolean> {
    return this.started && (await this.boss.isInstalled());
  }

  /** Jobs waiting or under way, by queue. */
  async depth(): Promise<{ queue: QueueName; count: number }[]> {
    const names = Object.keys(QUEUES) as QueueName[];
    return Promise.all(
      names.map(async (queue) => {
        const [stats] = await this.boss.getQueueStats(QUEUES[queue].name);
        return { queue, count: (stats?.queuedCount ?? 0) + (stats?.activeCount ?? 0) };
      }),
    );
  }

  /** Waits for the jobs under way; may be called more than once. */
  stop(): Promise<void> {
    for (const tick of this.ticks) clearInterval(tick);
    this.stopping ??= this.started
      ? this.boss.stop({ graceful: true, timeout: STOP_MS })
      : Promise.resolve();
    return this.stopping;
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }
}

/** Lets pg-boss write through the caller's transaction. */
function within(tx: Transaction): Db {
  return {
    executeSql: async (text: string, values?: unknown[]) => {
      const result: unknown = await tx.query(text, values as unknown[]);
      return { rows: rowsOf(result) };
    },
  };
}

/** TypeORM answers an INSERT with its rows, an UPDATE or DELETE with `[rows, count]`. */
function rowsOf(result: unknown): unknown[] {
  if (!Array.isArray(result)) return [];
  const pair = result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
  return pair ? (result[0] as unknown[]) : result;
}
