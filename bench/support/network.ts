import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/platform/embedded-database.js';
import { Keyring } from '../../src/platform/keyring.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { startChild, type ChildService } from '../../test/support/child-service.js';
import { Crew } from '../../test/support/crew.js';
import { accept } from '../../test/support/staff.js';
import { familyCpuMicros } from './usage.js';

/** Of the shipped slice: every school in it is told to the followers of this district. */
export const OSCEOLA = '1201470';

/** A database as an operator has it, with the shipped schools, and processes over it. */
export class Network {
  readonly keyring: Keyring;
  private readonly processes: ChildService[] = [];

  private constructor(
    readonly url: string,
    readonly pool: pg.Pool,
    readonly environment: Record<string, string>,
    readonly secrets: ReturnType<typeof freshSecrets>,
    private readonly postgresPid: number,
    private readonly takeDown: () => Promise<void>,
  ) {
    this.keyring = Keyring.from(secrets);
  }

  /** @param settings of PostgreSQL; none: as it comes, durable */
  static async start(more: Record<string, string> = {}, settings = {}): Promise<Network> {
    const dataDir = await mkdtemp(join(tmpdir(), 'campana-bench-'));
    const database = await startEmbeddedDatabase({ dataDir, password: 'bench', settings });
    const secrets = freshSecrets();
    const environment = {
      DATABASE_URL: database.url,
      ...secrets,
      PUSH_ALLOW_PRIVATE: '1',
      LOG_LEVEL: 'error',
      // What is measured is one decision's way, not what a network allows.
      WIDE_ALERT_DEVICES: '10000000',
      ALERTS_PER_DISTRICT_HOUR: '1000',
      ...more,
    };
    await importSchools(environment);
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    return new Network(database.url, pool, environment, secrets, database.pid, async () => {
      await pool.end();
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  async process(role: 'api' | 'worker' | 'all', more: Record<string, string> = {}) {
    const child = await startChild({ ...this.environment, ROLE: role, ...more });
    this.processes.push(child);
    return child;
  }

  /** A reporter and a dispatcher. @param api a process that nobody was let in through yet */
  async crew(api: ChildService): Promise<Crew> {
    const admin = await accept(api.url, api.adminInvite!, 'Coordinator');
    return Crew.of({ url: api.url, admin });
  }

  /** CPU time of all of PostgreSQL so far; µs. */
  databaseCpuMicros(): number {
    return familyCpuMicros(this.postgresPid);
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((child) => child.stop()));
    await this.takeDown();
  }
}

async function importSchools(environment: Record<string, string>): Promise<void> {
  await promisify(execFile)(
    process.execPath,
    [
      ...['dist/src/schools/import.command.js', 'data/schools/osceola_orange_FL.edge.txt'],
      ...['--districts', 'data/districts/districts_FL.csv'],
    ],
    { env: { ...process.env, ...environment } },
  );
}
