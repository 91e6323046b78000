import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';

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
    extra: { options: SERVICE_SESSION, keepAlive: true },
  };
}

const TRANSIENT = new Set(['40001', '40P01']);

@Injectable()
export class Database {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /**
   * Runs `work` in one transaction, again from the start when PostgreSQL picked it to break a
   * deadlock. `work` makes no network call and has no effect outside the transaction.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.source.transaction(work);
      } catch (error) {
        if (attempt >= 4 || !TRANSIENT.has(sqlState(error))) throw error;
      }
    }
  }

  /** Reads by `work` see what had been committed at the first of them, whatever is meanwhile. */
  async snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      try {
        return await work(runner.manager);
      } finally {
        await runner.query('ROLLBACK');
      }
    } finally {
      await runner.release();
    }
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
