import type { Crew } from '../../test/support/crew.js';
import { runCleanLoad, type Load } from '../support/load.js';
import type { Network } from '../support/network.js';
import { rounded } from '../support/result.js';

/** The one read of what is on, by its text. */
const READ = '%FROM "alert" "light"%';
const CHANGE_EVERY_MS = 1_000;

/** Settings of PostgreSQL by which it counts each statement. */
export const COUNTED = { shared_preload_libraries: 'pg_stat_statements' };

/** How many requests are answered for each time the database is read. */
export async function requestsPerRead({ pool }: Network, load: Load): Promise<number> {
  await pool.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  await pool.query('SELECT pg_stat_statements_reset()');
  await runCleanLoad(load);
  const { rows } = await pool.query(
    'SELECT sum(calls)::int AS reads FROM pg_stat_statements WHERE query LIKE $1',
    [READ],
  );
  return rounded(load.requests / Math.max(1, rows[0].reads as number));
}

/** The same while one of these incidents is updated each second. */
export async function whileUpdating<T>(
  crew: Crew,
  incidents: string[],
  work: () => Promise<T>,
): Promise<T> {
  let updates = 0;
  let failed: unknown;
  const timer = setInterval(() => {
    crew
      .update(incidents[updates++ % incidents.length]!, 'DETAIL')
      .catch((error: unknown) => (failed = error));
  }, CHANGE_EVERY_MS);
  try {
    const done = await work();
    if (failed) throw failed;
    return done;
  } finally {
    clearInterval(timer);
  }
}
