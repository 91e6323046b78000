import { DataSource, type EntityTarget } from 'typeorm';
import { Config } from './config.js';
import { Database, serviceDataSource } from './database.js';
import { EnvironmentError, processEnvironment } from './env.js';
import { openDatabaseForCommand } from './open-database.js';
import { UnknownDataKey } from './keyring.js';
import { DataDirInUse } from './data-dir-lock.js';

/** What a command run by hand works with. */
export interface CommandContext {
  database: Database;
  config: Config;
}

/** A mistake of whoever ran the command: shown as its message alone, exit status 2. */
export class UsageError extends Error {}

/**
 * Runs a command on the service's database and ends the process with the status it returns.
 * Progress and errors go to stderr, results to stdout.
 */
export async function runCommand(
  entities: EntityTarget<object>[],
  work: (context: CommandContext) => Promise<number>,
): Promise<void> {
  try {
    const open = await openDatabaseForCommand(processEnvironment());
    try {
      const source = await new DataSource({
        ...serviceDataSource(open.config.database.url),
        entities: entities as Function[],
      }).initialize();
      try {
        process.exitCode = await work({ database: new Database(source), config: open.config });
      } finally {
        await source.destroy();
      }
    } finally {
      await open.close();
    }
  } catch (error) {
    explain(error);
    process.exitCode = 2;
  }
}

/** Foreseen problems in plain words; anything else with its stack, for whoever mends it. */
export function explain(error: unknown): void {
  const foreseen =
    error instanceof UsageError ||
    error instanceof EnvironmentError ||
    error instanceof DataDirInUse ||
    error instanceof UnknownDataKey;
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${foreseen ? error.message : stack}\n`);
}
