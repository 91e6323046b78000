import 'reflect-metadata';
import { processEnvironment } from './platform/env.js';
import { UsageError, explain } from './platform/explain.js';
import { createLogger } from './platform/logger.js';
import { openDatabase } from './platform/open-database.js';

const STOP_MS = 18_000;

async function main(): Promise<void> {
  requireNode();
  const environment = processEnvironment();
  const logger = createLogger(environment.logLevel);
  // Takes most of a second to load: who cannot start is told before.
  const { createService } = await import('./service.js');
  const database = await openDatabase(environment);
  let stopping = false;
  let close = database.close;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    const service = await createService(database.config, logger);
    close = async () => {
      await service.close();
      await database.close();
    };
    if (stopping) return;
    await service.listen();
    const invite = database.config.servesHttp && (await service.adminInvite());
    // At once, so that whoever reads the first line has the second, or knows that there is none.
    process.stdout.write(
      `Campana is listening on ${database.config.http.publicUrl}\n${invite ? `Admin invite: ${invite}\n` : ''}`,
    );
  } catch (error) {
    await close();
    throw error;
  }
}

/** On an older Node parts of the service would fail one by one: better not to start. */
function requireNode(): void {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  if (major > 24 || (major === 24 && minor >= 9)) return;
  throw new UsageError(
    `Campana needs Node 24.9 or newer, this is ${process.versions.node}: start it with npm start, which brings its own.`,
  );
}

main().catch((error: unknown) => {
  explain(error);
  process.exit(1);
});
