import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { lineOf, type Statement } from './statements.js';

/** An open transaction. Whoever writes takes it as the first argument. */
export type Transaction = EntityManager;

/** The role the service works under: it may append to the ledger, and not alter it. */
export const SERVICE_ROLE = 'campana_service';

/** Settings of every connection of the running service. */
export const SERVICE_SESSION = [
  `-c role=${SERVICE_ROLE}`,
  '-c statement_timeout=15000',
  '-c lock_timeout=10000',
  '-c idle_in_transaction_session_timeout=30000',
].join(' ');

export function serviceDataSource(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    synchronize: false,
    migrationsRun: false,
    logging: false,
    applicationName: 'campana',
    poolSize: 16,
    connectTimeoutMS: 5_000,
    // What is asked before an answer has come is sent at once, in order.
    extra: { options: SERVICE_SESSION, keepAlive: true, pipeline: true },
  };
}

const TRANSIENT = new Set(['40001', '40P01']);

type Closing = { made: Statement; values: unknown[] }[];

@Injectable()
export class Database {
  private readonly closing = new WeakMap<Transaction, Closing>();

  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /**
   * Runs `work` in one transaction, again from the start when PostgreSQL picked it to break a
   * deadlock. `work` makes no network call and has no effect outside the transaction.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt >= 4 || !TRANSIENT.has(sqlState(error))) throw error;
      }
    }
  }

  /**
   * Has a statement carried out as the last of a transaction, sent together with its COMMIT: what it
   * locks is held no longer than the commit takes, however busy this process is.
   */
  lastly(tx: Transaction, made: Statement, values: unknown[]): void {
    const closing = this.closing.get(tx);
    if (!closing) throw new Error('not in a transaction of this database');
    closing.push({ made, values });
  }

  private async once<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    let sent: Promise<unknown> = Promise.resolve();
    const result = await this.source.transaction(async (tx) => {
      const closing: Closing = [];
      this.closing.set(tx, closing);
      const result = await work(tx);
      this.closing.delete(tx);
      const line = await lineOf(tx);
      sent = Promise.all(closing.map(({ made, values }) => line.query({ ...made, values })));
      // They are on the line before COMMIT, which rolls back when one of them fails.
      sent.catch(() => undefined);
      return result;
    });
    await sent;
    return result;
  }

  /** For reads that need no transaction. */
  get reader(): Transaction {
    return this.source.manager;
  }
}

/** The five-character SQLSTATE of a database error, or ''. */
export function sqlState(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

export const UNIQUE_VIOLATION = '23505';
