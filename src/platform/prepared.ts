import type { PoolClient, QueryResult } from 'pg';
import type { Transaction } from './database.js';

/** SQL that is parsed and planned once per connection, not once per call. */
export interface Statement {
  /** Unique in the service. */
  name: string;
  text: string;
}

/**
 * Runs a prepared statement in the caller's transaction, or on a connection of its own where `tx`
 * is no open one. Worth it for what is asked hundreds of times a second; TypeORM names no statements.
 */
export async function prepared<R extends object>(
  tx: Transaction,
  { name, text }: Statement,
  values: unknown[],
): Promise<{ rows: R[]; count: number }> {
  const open = tx.queryRunner;
  const runner = open ?? tx.connection.createQueryRunner();
  try {
    const client = (await runner.connect()) as PoolClient;
    const result: QueryResult<R> = await client.query<R>({ name, text, values });
    return { rows: result.rows, count: result.rowCount ?? 0 };
  } finally {
    if (!open) await runner.release();
  }
}
