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
  const { connection, giveBack } = await aloneOn(tx);
  try {
    await pipeline(Readable.from(rows), connection.query(from(statement)));
  } finally {
    giveBack();
  }
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
