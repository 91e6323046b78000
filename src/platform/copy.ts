import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from, to } from 'pg-copy-streams';
import type { Transaction } from './database.js';

/**
 * Writes rows in bulk, inside the caller's transaction.
 * @param statement `COPY … FROM STDIN`
 * @param rows as the statement's format has them
 */
export async function copyIn(tx: Transaction, statement: string, rows: Buffer[]): Promise<void> {
  const connection = await connectionOf(tx);
  await pipeline(Readable.from(rows), connection.query(from(statement)));
}

/**
 * Reads rows in bulk, inside the caller's transaction. Whoever stops reading before the end
 * breaks the transaction off.
 * @param statement `COPY … TO STDOUT`
 * @returns the bytes in chunks of any length
 */
export async function copyOut(tx: Transaction, statement: string): Promise<Readable> {
  const connection = await connectionOf(tx);
  return connection.query(to(statement));
}

/** The connection that holds the transaction. */
async function connectionOf(tx: Transaction): Promise<pg.PoolClient> {
  if (!tx.queryRunner) throw new Error('COPY needs an open transaction');
  return tx.queryRunner.connect() as Promise<pg.PoolClient>;
}
