import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/platform/embedded-database.js';
import { migrate } from '../../src/platform/migrate.js';
import { familyCpuMicros } from './usage.js';

/** The service's schema with nothing in it, for what is measured without the whole service. */
export class BenchDatabase {
  private constructor(
    readonly url: string,
    /** As the owner. */
    readonly pool: pg.Pool,
    private readonly pid: number,
    readonly close: () => Promise<void>,
  ) {}

  /** @param settings of PostgreSQL; none: as it comes, durable */
  static async start(settings: Record<string, string> = {}): Promise<BenchDatabase> {
    const dataDir = await mkdtemp(join(tmpdir(), 'campana-bench-'));
    const database = await startEmbeddedDatabase({ dataDir, password: 'bench', settings });
    await migrate(database.url);
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    return new BenchDatabase(database.url, pool, database.pid, async () => {
      await pool.end();
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** CPU time of all of PostgreSQL so far; µs. */
  cpuMicros(): number {
    return familyCpuMicros(this.pid);
  }
}
