import { mkdir } from 'node:fs/promises';
import { Config } from './config.js';
import { DataDirInUse, lockDataDir } from './data-dir-lock.js';
import { runningDatabaseUrl, startEmbeddedDatabase } from './embedded-database.js';
import type { Environment, Secrets } from './env.js';
import { migrate } from './migrate.js';
import { storedSecrets } from './secrets.js';

export interface OpenDatabase {
  config: Config;
  /** Names of the migrations applied at this start. */
  migrated: string[];
  /** Stops the embedded database, if there is one, and frees the data directory. */
  close(): Promise<void>;
}

/**
 * Finds or starts the database, brings it up to date and completes the configuration.
 * @throws EnvironmentError, DataDirInUse
 */
export async function openDatabase(environment: Environment): Promise<OpenDatabase> {
  if (environment.databaseUrl) {
    const config = Config.from(
      environment,
      environment.databaseUrl,
      environment.secrets as Secrets,
    );
    return { config, migrated: await migrate(config.database.url), close: async () => {} };
  }
  const { dataDir } = environment;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const release = await lockDataDir(dataDir);
  try {
    const { secrets, databasePassword } = await storedSecrets(dataDir, environment.secrets);
    const embedded = await startEmbeddedDatabase({ dataDir, password: databasePassword });
    try {
      const config = Config.from(environment, embedded.url, secrets);
      const migrated = await migrate(embedded.url);
      const close = async () => {
        await embedded.stop();
        await release();
      };
      return { config, migrated, close };
    } catch (error) {
      await embedded.stop();
      throw error;
    }
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * As {@link openDatabase}, for a command run by hand: when a service already works in the data
 * directory, its database is used.
 */
export async function openDatabaseForCommand(environment: Environment): Promise<OpenDatabase> {
  try {
    return await openDatabase(environment);
  } catch (error) {
    if (!(error instanceof DataDirInUse)) throw error;
    const stored = await storedSecrets(environment.dataDir, environment.secrets);
    const url = await runningDatabaseUrl(environment.dataDir, stored.databasePassword);
    const config = Config.from(environment, url, stored.secrets);
    return { config, migrated: [], close: async () => {} };
  }
}
