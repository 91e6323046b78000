import { join } from 'node:path';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { SERVICE_ROLE } from './database.js';
import { QUEUES } from './queues.js';

/** Any number that nothing else in this database locks. */
const MIGRATION_LOCK = 7_202_611;

const MIGRATIONS = join(import.meta.dirname, '../../migrations/*.{js,ts}');

export function migrationSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    synchronize: false,
    applicationName: 'campana-migrate',
    migrations: [MIGRATIONS],
    migrationsTableName: 'migration',
    poolSize: 2,
  });
}

/**
 * Brings schema and queues up to date, as the database's owner. Processes that start at once wait
 * for one another.
 * @returns the names of the migrations that ran.
 */
export async function migrate(url: string): Promise<string[]> {
  const guard = new pg.Client({ connectionString: url, application_name: 'campana-migrate' });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const source = await migrationSource(url).initialize();
    try {
      const ran = await source.runMigrations({ transaction: 'each' });
      await installQueues(url);
      await grantQueues(guard);
      return ran.map(({ name }) => name);
    } finally {
      await source.destroy();
    }
  } finally {
    await guard.end();
  }
}

async function installQueues(connectionString: string): Promise<void> {
  const boss = new PgBoss({
    connectionString,
    max: 2,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    for (const { name, options } of Object.values(QUEUES)) {
      if (await boss.getQueue(name)) await boss.updateQueue(name, options);
      else await boss.createQueue(name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}

async function grantQueues(client: pg.Client): Promise<void> {
  await client.query(`
    GRANT USAGE ON SCHEMA pgboss TO ${SERVICE_ROLE};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO ${SERVICE_ROLE};
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA pgboss TO ${SERVICE_ROLE};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pgboss TO ${SERVICE_ROLE};
    GRANT SELECT ON migration TO ${SERVICE_ROLE};
  `);
}
