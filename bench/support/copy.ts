import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { from } from 'pg-copy-streams';

/** Rows in PostgreSQL's text format, written by COPY. */
export async function copyRows(pool: pg.Pool, table: string, rows: string[]): Promise<void> {
  if (rows.length === 0) return;
  const client = await pool.connect();
  try {
    const copy = client.query(from(`COPY ${table} FROM STDIN`));
    copy.end(`${rows.join('\n')}\n`);
    await finished(copy);
  } finally {
    client.release();
  }
}
