import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import { DataSource } from 'typeorm';
import { createLogger } from '../../src/platform/logger.js';
import { readEnvironment } from '../../src/platform/env.js';
import { openDatabase } from '../../src/platform/open-database.js';
import { createService } from '../../src/service.js';

const SCHEMA = 'schema.gql';
const HEADER = '# Written by `npm run schema` from the code; do not edit.\n\n';

/** Whether the committed schema and the migrations still say what the code says. */
async function main(write: boolean): Promise<string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'campana-drift-'));
  const database = await openDatabase(readEnvironment({ DATA_DIR: dataDir, PORT: '0' }));
  try {
    const service = await createService(database.config, createLogger('silent'));
    try {
      const schema = `${HEADER}${printSchema(service.app.get(GraphQLSchemaHost).schema)}\n`;
      if (write) await writeFile(SCHEMA, schema);
      const committed = await readFile(SCHEMA, 'utf8').catch(() => '');
      return [
        ...(committed === schema ? [] : [`${SCHEMA} is not what the code says: npm run schema`]),
        ...(await entityDrift(service.app.get(DataSource), database.config.database.url)),
      ];
    } finally {
      await service.close();
    }
  } finally {
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Foreign keys and checks are written once, in the migrations; entities say nothing of them. */
const INTEGRITY = /DROP CONSTRAINT "\w+_(fkey|check|excl|one_row)"/;

/** The statements TypeORM would need to make the migrated schema what the entities describe. */
async function entityDrift(running: DataSource, url: string): Promise<string[]> {
  const entities = running.entityMetadatas.map(({ target }) => target as new () => object);
  const source = await new DataSource({ type: 'postgres', url, entities }).initialize();
  try {
    const { upQueries } = await source.driver.createSchemaBuilder().log();
    return upQueries
      .filter(({ query }) => !INTEGRITY.test(query))
      .map(({ query }) => `entities and migrations differ: ${query}`);
  } finally {
    await source.destroy();
  }
}

const problems = await main(process.argv.includes('--write'));
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0) process.stdout.write('schema and entities are what the code says\n');
process.exit(problems.length === 0 ? 0 : 1);
