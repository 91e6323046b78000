import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Speed instead of durability: no test here survives a power cut, and none pulls the plug. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Builds the project, starts one PostgreSQL for all specs and fills the template database that
 * each of them clones: migrated, with the shipped schools imported by the real command.
 */
export default async function globalSetup({ watch, watchAll }) {
  if (watch || watchAll)
    throw new Error('What was built and loaded once is not loaded anew: run npm test again.');
  execFileSync('npx', ['nest', 'build'], { stdio: 'pipe' });
  const dist = new URL('../../dist/src/platform/', import.meta.url);
  const { startEmbeddedDatabase } = await import(new URL('embedded-database.js', dist));
  const { freshSecrets } = await import(new URL('secrets.js', dist));
  const dataDir = mkdtempSync(join(tmpdir(), 'campana-test-'));
  const database = await startEmbeddedDatabase({ dataDir, password: 'test', settings: FAST });
  globalThis.campanaTest = { database, dataDir };
  process.env.CAMPANA_TEST_COMPILED = join(dataDir, 'compiled');
  await withClient(database.url, (client) => client.query('CREATE DATABASE campana_template'));
  const template = database.url.replace(/campana$/, 'campana_template');
  execFileSync(
    process.execPath,
    ['dist/src/schools/import.command.js', 'data/schools/osceola_orange_FL.edge.txt', ...DISTRICTS],
    { env: { ...process.env, DATABASE_URL: template, ...freshSecrets() }, stdio: 'pipe' },
  );
  process.env.CAMPANA_TEST_DATABASE = database.url;
}

const DISTRICTS = ['--districts', 'data/districts/districts_FL.csv'];

async function withClient(connectionString, work) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await work(client);
  await client.end();
}
