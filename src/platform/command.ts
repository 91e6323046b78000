import { DataSource, type EntityTarget } from 'typeorm';
import { Config } from './config.js';
import { Database, serviceDataSource } from './database.js';
import { processEnvironment } from './env.js';
import { explain } from './explain.js';
import { openDatabaseForCommand } from './open-database.js';

export { UsageError, explain } from './explain.js';

/** What a command run by hand works with. */
export interface CommandContext {
  database: Database;
  config: Config;
}

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
