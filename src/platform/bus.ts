import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Logger } from 'pino';
import { Config } from './config.js';
import { SERVICE_SESSION, afterCommit, lastly, type Transaction } from './database.js';
import { statement } from './statements.js';
import { LOGGER } from './tokens.js';

/** What processes tell each other, by PostgreSQL's NOTIFY. Ids only. */
export interface Announcements {
  /** A new alert: every API process hands it to its own sockets. */
  alert: { alertId: string };
  /** What is on has changed without a new message: an alert went on in another, or alone. */
  active: { alertId: string };
  report: { reportId: string };
  incident: { incidentId: string };
  delivery: { deliveryId: string };
  /** An alert lapses soon unless somebody confirms it. */
  lapsing: { incidentId: string };
  /** A file of somebody’s has come further, is finished, or is gone. */
  export: { exportId: string };
  /** Sending was paused, or goes on. */
  pause: Record<string, never>;
  /** Somebody’s training lapses soon. */
  certification: { staffId: string };
  /** Close the sockets of a person, or of one session of theirs. */
  signedOut: { staffId: string; sessionId?: string };
}
export type Topic = keyof Announcements;

type Handler<T extends Topic> = (data: Announcements[T]) => void | Promise<void>;
/** @param id of this one announcement, the same in every process */
type Hook<T extends Topic> = (data: Announcements[T], id: string) => void;
/** @param isCertain see {@link afterCommit} */
type CommitHook<T extends Topic> = (data: Announcements[T], id: string, isCertain: boolean) => void;

const CHANNEL = 'campana';
const RETRY_MS = 500;
const NOTIFY = statement('SELECT pg_notify($1, $2)', 'call');

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
  /** By each open transaction. */
  private readonly said = new WeakMap<Transaction, Set<string>>();
  private readonly announcing = new Map<Topic, Hook<never>[]>();
  private readonly committed = new Map<Topic, CommitHook<never>[]>();
  private readonly arriving = new Map<Topic, Hook<never>[]>();
  private readonly resumed: (() => void)[] = [];
  private client: pg.Client | undefined;
  private stopped = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** One statement of the caller's transaction, with its commit. Said twice in it, it is told once. */
  announce<T extends Topic>(tx: Transaction, topic: T, data: Announcements[T]): void {
    const said = this.said.get(tx) ?? new Set();
    const what = JSON.stringify([topic, data]);
    if (said.has(what)) return;
    this.said.set(tx, said.add(what));
    const id = randomUUID();
    tellNow(this.announcing, topic, data, id);
    afterCommit(tx, (isCertain) => tellNow(this.committed, topic, data, id, isCertain));
    lastly(tx, NOTIFY, [CHANNEL, JSON.stringify([topic, data, id])]);
  }

  on<T extends Topic>(topic: T, handler: Handler<T>): void {
    add(this.handlers, topic, handler);
  }

  /**
   * Called when this process announces, before its transaction commits. It may still roll back, and
   * then nobody hears it.
   */
  onAnnounce<T extends Topic>(topic: T, hook: Hook<T>): void {
    add(this.announcing, topic, hook);
  }

  /** Called when what this process announced is committed, or may be: before anybody is answered. */
  onCommit<T extends Topic>(topic: T, hook: CommitHook<T>): void {
    add(this.committed, topic, hook);
  }

  /** Called at the moment an announcement arrives, however long the handlers of earlier ones take. */
  onArrival<T extends Topic>(topic: T, hook: Hook<T>): void {
    add(this.arriving, topic, hook);
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
    const [topic, data, id = ''] = JSON.parse(payload) as [Topic, never, string?];
    tellNow(this.arriving, topic, data, id);
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

function add<H>(handlers: Map<Topic, H[]>, topic: Topic, handler: H): void {
  handlers.set(topic, [...(handlers.get(topic) ?? []), handler]);
}

function tellNow<A extends unknown[]>(
  hooks: Map<Topic, ((data: never, ...about: A) => void)[]>,
  topic: Topic,
  data: unknown,
  ...about: A
): void {
  for (const hook of hooks.get(topic) ?? []) hook(data as never, ...about);
}
