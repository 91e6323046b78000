import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { Logger } from 'pino';
import { Config } from './config.js';
import { SERVICE_SESSION, type Transaction } from './database.js';
import { LOGGER } from './tokens.js';

/** What processes tell each other, by PostgreSQL's NOTIFY. Ids only. */
export interface Announcements {
  /**
   * A new alert: every API process hands it to its own sockets. `moved`: an old one left what is
   * active, or came back; that is no news to a family.
   */
  alert: { alertId: string; moved?: true };
  report: { reportId: string };
  incident: { incidentId: string };
  delivery: { deliveryId: string };
  /** An alert lapses soon unless somebody confirms it. */
  lapsing: { incidentId: string };
  /** Sending was paused, or goes on. */
  pause: Record<string, never>;
  /** Close the sockets of a person, or of one session of theirs. */
  signedOut: { staffId: string; sessionId?: string };
}
export type Topic = keyof Announcements;

type Handler<T extends Topic> = (data: Announcements[T]) => void | Promise<void>;

const CHANNEL = 'campana';
const RETRY_MS = 500;

/**
 * Announcements that commit with what they announce: a NOTIFY in the same transaction reaches
 * every process if and only if the transaction committed, so nothing is told that did not happen,
 * and no crash between commit and telling can lose it.
 */
@Injectable()
export class Bus implements BeforeApplicationShutdown {
  private readonly handlers = new Map<Topic, Handler<never>[]>();
  /** Announcements of a topic are handled in order: an all-clear never overtakes its alert. */
  private readonly underWay = new Map<Topic, Promise<void>>();
  private readonly resumed: (() => void)[] = [];
  private client: pg.Client | undefined;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One statement of the caller's transaction. */
  async announce<T extends Topic>(
    tx: Transaction,
    topic: T,
    data: Announcements[T],
  ): Promise<void> {
    await tx.query('SELECT pg_notify($1, $2)', [CHANNEL, JSON.stringify([topic, data])]);
  }

  on<T extends Topic>(topic: T, handler: Handler<T>): void {
    this.handlers.set(topic, [...(this.handlers.get(topic) ?? []), handler as Handler<never>]);
  }

  /** Called after the line to the database was lost and found again: announcements were missed. */
  onResumed(handler: () => void): void {
    this.resumed.push(handler);
  }

  async start(): Promise<void> {
    await this.connect();
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.config.database.url,
      options: SERVICE_SESSION,
      application_name: 'campana-bus',
      keepAlive: true,
    });
    client.on('error', () => this.reconnect(client));
    client.on('end', () => this.reconnect(client));
    client.on('notification', ({ payload }) => this.dispatch(payload ?? ''));
    this.client = client;
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
  }

  private reconnect(lost: pg.Client): void {
    if (this.stopped || this.client !== lost) return;
    this.client = undefined;
    this.retry = setTimeout(() => {
      this.connect().then(
        () => this.resumed.forEach((handler) => handler()),
        () => this.client && this.reconnect(this.client),
      );
    }, RETRY_MS);
  }

  private dispatch(payload: string): void {
    const [topic, data] = JSON.parse(payload) as [Topic, never];
    const before = this.underWay.get(topic) ?? Promise.resolve();
    this.underWay.set(
      topic,
      before.then(() => this.handle(topic, data)),
    );
  }

  private async handle(topic: Topic, data: never): Promise<void> {
    for (const handler of this.handlers.get(topic) ?? []) {
      try {
        await handler(data);
      } catch (error) {
        this.logger.error({ err: error }, 'announcement failed');
      }
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.client?.end();
  }
}
