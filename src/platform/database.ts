import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions, type EntityManager, type QueryRunner } from 'typeorm';
import {
  gather,
  joined,
  run,
  runAll,
  statement,
  type Filled,
  type Line,
  type Statement,
} from './statements.js';

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

/**
 * Connections that stay open. A new one logs in and plans every statement anew, which takes longer than
 * all an alert asks, and many are wanted at once just when one is decided.
 */
const KEPT_OPEN = 8;

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
    extra: { options: SERVICE_SESSION, keepAlive: true, pipeline: true, min: KEPT_OPEN },
  };
}

const TRANSIENT = new Set(['40001', '40P01']);

type Runner = { -readonly [K in keyof QueryRunner]: QueryRunner[K] };

/** Of each open transaction, what is left to be sent. */
const left = new WeakMap<Transaction, Filled[]>();

/**
 * Has a statement carried out that nothing in the transaction waits for: after all others, in the
 * order in which they were left, and sent together with COMMIT. So what it locks is held no longer
 * than the commit takes, however busy this process is.
 */
export function lastly(tx: Transaction, made: Statement, values: unknown[]): void {
  const all = left.get(tx);
  if (!all) throw new Error('not in a transaction of this service');
  all.push({ made, values });
}

/** @param isCertain false: PostgreSQL's answer was lost, it may commit yet or never have */
type AfterCommit = (isCertain: boolean) => void;

const ends = new WeakMap<Transaction, AfterCommit[]>();

/**
 * Has something done when the transaction has committed, or may have: before whoever waits for it goes
 * on. Where it certainly did not commit, nothing is done. Must not throw.
 */
export function afterCommit(tx: Transaction, work: AfterCommit): void {
  ends.set(tx, [...(ends.get(tx) ?? []), work]);
}

/** Those whose locks are given back before they are on the disk. */
const early = new WeakSet<Transaction>();
const ASYNC = statement(`SELECT set_config('synchronous_commit', 'off', true)`, 'call');
const COMMIT = statement('COMMIT');
/** A commit that waits for the disk takes along every one before it, its own and others'. */
const FLUSH = statement(`SELECT pg_logical_emit_message(true, 'campana', '')`);

/**
 * Has a transaction give back its locks when it commits and not when the disk has it, which is a
 * hundred times later; `Database.transaction` still answers only then. In between others may see
 * and hear of it, and a crash of PostgreSQL undoes it: for what tells nobody outside.
 */
export function releaseEarly(tx: Transaction): void {
  early.add(tx);
}

/** For what must see, after all, what was left for the end. */
export async function settle(tx: Transaction): Promise<void> {
  const all = left.get(tx)?.splice(0) ?? [];
  if (all.length > 0) await runAll((await tx.queryRunner!.connect()) as Line, joined(all));
}

@Injectable()
export class Database implements OnApplicationBootstrap {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  /** Whoever comes first finds connections open. */
  async onApplicationBootstrap(): Promise<void> {
    await Promise.all(Array.from({ length: KEPT_OPEN }, () => this.source.query('SELECT')));
  }

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
   * TypeORM would wait for the answer to each of START TRANSACTION, the last statement and COMMIT;
   * here the first leaves with what follows it, and COMMIT with what comes before.
   */
  private async once<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner() as Runner;
    const line = (await runner.connect()) as Line;
    const tx = runner.manager;
    runner.isTransactionActive = true;
    let ending: 'no' | 'unknown' | 'committed' = 'no';
    try {
      gather(line);
      // When it fails, so does whatever follows it.
      line.query('START TRANSACTION').catch(() => undefined);
      const all: Filled[] = [];
      left.set(tx, all);
      const result = await work(tx);
      left.delete(tx);
      const hurried = early.has(tx);
      if (hurried) all.unshift({ made: ASYNC, values: [] });
      const before = joined(all);
      const end = hurried ? [COMMIT, FLUSH] : [COMMIT];
      ending = 'unknown';
      const done = await runAll(line, [...before, ...end.map((made) => ({ made, values: [] }))]);
      // A statement failed and whoever sent it went on.
      if (done[before.length] !== 'COMMIT') throw new RolledBack();
      ending = 'committed';
      return result;
    } catch (error) {
      if (!early.has(tx) && isNoCommit(error)) ending = 'no';
      await line.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      if (ending !== 'no') for (const work of ends.get(tx) ?? []) work(ending === 'committed');
      runner.isTransactionActive = false;
      await runner.release();
    }
  }

  /** Reads by `work` see what had been committed at the first of them, whatever is meanwhile. */
  async snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { tx, release } = await this.openSnapshot();
    try {
      return await work(tx);
    } finally {
      await release();
    }
  }

  /**
   * A snapshot as {@link snapshot} has it, for reads that go on for as long as somebody takes them; it
   * holds a connection until it is released.
   */
  async openSnapshot(): Promise<{ tx: Transaction; release: () => Promise<void> }> {
    const runner = this.source.createQueryRunner();
    const line = (await runner.connect()) as Line;
    gather(line);
    const begun = line.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    // It leaves with the first read; whoever releases hears that it failed.
    begun.catch(() => undefined);
    const release = async () => {
      try {
        await Promise.all([begun, line.query('ROLLBACK')]);
      } finally {
        await runner.release();
      }
    };
    return { tx: runner.manager, release };
  }

  /**
   * Waits until whatever has been committed so far is on the disk: for an answer that rests on what
   * another transaction may have committed with {@link releaseEarly}.
   */
  async flushed(): Promise<void> {
    await run(this.reader, FLUSH, []);
  }

  /** For reads that need no transaction. */
  get reader(): Transaction {
    return this.source.manager;
  }
}

class RolledBack extends Error {
  constructor() {
    super('the transaction was rolled back');
  }
}

/** Lost connections, and what may come while a COMMIT that is done waits for others. */
const UNKNOWN = new Set(['08', '57']);

/** PostgreSQL refused something up to COMMIT itself, so nothing was committed. */
function isNoCommit(error: unknown): boolean {
  const state = sqlState(error);
  return error instanceof RolledBack || (state.length === 5 && !UNKNOWN.has(state.slice(0, 2)));
}

/** The five-character SQLSTATE of a database error, or ''. */
export function sqlState(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

export const UNIQUE_VIOLATION = '23505';
