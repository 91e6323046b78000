import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from, to } from 'pg-copy-streams';
import type { Transaction } from './database.js';

/** Rows on their way into a table. Nothing else may be asked on the transaction until it has ended. */
export interface CopyIn {
  /**
   * Returns as soon as PostgreSQL is not far behind.
   * @param rows as the statement's format has them
   */
  write(rows: Buffer): Promise<void>;
  /** Waits until all rows are in. */
  end(): Promise<void>;
  /** Takes no more rows: the transaction can then only be rolled back. Never throws. */
  abandon(): Promise<void>;
}

/**
 * Writes rows in bulk, inside the caller's transaction: PostgreSQL takes them in while more are made.
 * @param statement `COPY … FROM STDIN`
 */
export async function copyIn(tx: Transaction, statement: string): Promise<CopyIn> {
  const { connection, giveBack } = await aloneOn(tx);
  const copy = connection.query(from(statement));
  let failure: Error | undefined;
  copy.on('error', (error) => (failure ??= error));
  const done = finished(copy).finally(giveBack);
  // Whoever writes or ends hears of it; a failure in between must not count as unhandled.
  done.catch(() => undefined);
  return {
    async write(rows) {
      if (failure) throw failure;
      if (!copy.write(rows)) await once(copy, 'drain');
    },
    async end() {
      if (!failure) copy.end();
      await done;
    },
    async abandon() {
      if (!failure) copy.destroy();
      await done.catch(() => undefined);
    },
  };
}

/**
 * Reads rows in bulk, inside the caller's transaction. Whoever stops reading before the end
 * breaks the transaction off.
 * @param statement `COPY … TO STDOUT`
 * @returns the bytes in chunks of any length
 */
export async function copyOut(tx: Transaction, statement: string): Promise<Readable> {
  const { connection, giveBack } = await aloneOn(tx);
  return connection.query(to(statement)).once('close', giveBack);
}

/**
 * The connection that holds the transaction, with nothing else on its way: COPY shares no pipelined
 * one, where what is written behind it would be answered out of turn.
 */
async function aloneOn(tx: Transaction) {
  if (!tx.queryRunner) throw new Error('COPY needs an open transaction');
  await tx.query('SELECT');
  const connection = (await tx.queryRunner.connect()) as pg.PoolClient & { pipeline: boolean };
  const before = connection.pipeline;
  connection.pipeline = false;
  return { connection, giveBack: () => void (connection.pipeline = before) };
}
