import { processEnvironment } from './env.js';
import { openDatabaseForCommand } from './open-database.js';

const database = await openDatabaseForCommand(processEnvironment());
try {
  process.stdout.write(
    database.migrated.length > 0
      ? `${database.migrated.map((name) => `applied ${name}`).join('\n')}\n`
      : 'nothing to apply: the schema is up to date\n',
  );
} finally {
  await database.close();
}
