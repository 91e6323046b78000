import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { readEnvironment } from '../src/platform/env.js';
import { createLogger } from '../src/platform/logger.js';
import { openDatabase } from '../src/platform/open-database.js';
import { createService } from '../src/service.js';
import { table, title } from '../test/demo/screen.js';
import { freePort } from '../test/support/child-service.js';
import { Crew } from '../test/support/crew.js';
import { accept } from '../test/support/staff.js';
import { runLoad, type Load } from './load.js';

/**
 * How many requests for what is on are answered for each time the database is asked: the service on
 * its embedded PostgreSQL, in this process, asked from a thread over HTTP.
 *
 * `npm run bench:feeds -- REQUESTS` asks so many times in each row (10,000). Reads are the queries
 * that answer requests. The other queries are those of the job queue and its like, and of the
 * updates; the row at rest shows that requests add none.
 */
const REQUESTS = Number(process.argv[2] ?? 10_000);
const ALERTS = 10;
const CONNECTIONS = 32;
const REST_SECONDS = 5;
const CHANGE_EVERY_MS = 1_000;

const FACTS = 'id msgType sent expires distance url school { id name }';
const active = (fields: string) => `{ activeAlerts(first: 50) { edges { node { ${fields} } } } }`;

const counted = { reads: 0, others: 0 };

/** The one read of what is on, by its text. */
const READ = 'FROM "alert" "light"';

function countQueries(): void {
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  pg.Client.prototype.query = function counting(this: pg.Client, ...args: unknown[]) {
    const [asked] = args as [string | { text?: string }];
    const text = typeof asked === 'string' ? asked : (asked.text ?? '');
    counted[text.includes(READ) ? 'reads' : 'others']++;
    return query.apply(this, args);
  } as typeof pg.Client.prototype.query;
}

type Row = Record<string, string | number>;

async function row(asked: string, work: () => Promise<number>): Promise<Row> {
  const before = { ...counted };
  const started = performance.now();
  const requests = await work();
  const seconds = (performance.now() - started) / 1_000;
  const reads = counted.reads - before.reads;
  return {
    asked,
    requests,
    'per second': Math.round(requests / seconds),
    reads,
    'requests per read': Math.round(requests / Math.max(1, reads)),
    'other queries per second': Number(((counted.others - before.others) / seconds).toFixed(1)),
  };
}

const atRest = () =>
  row('nothing, at rest', async () => {
    await new Promise((rested) => setTimeout(rested, REST_SECONDS * 1_000));
    return 0;
  });

const measured = (asked: string, load: Omit<Load, 'connections' | 'requests'>) =>
  row(asked, async () => {
    const all = { ...load, requests: REQUESTS, connections: CONNECTIONS };
    const { failures } = await runLoad(all);
    if (failures > 0) throw new Error(`${failures} requests failed`);
    return REQUESTS;
  });

async function rowsOf(url: string, crew: Crew): Promise<Row[]> {
  const incidents: string[] = [];
  for (let index = 0; index < ALERTS; index++) {
    const location = { latitude: 28.3 + index * 0.03, longitude: -81.4 };
    incidents.push((await crew.alert({ location })).incidentId);
  }
  const graphql = (query: string) => ({
    url: `${url}/graphql`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const facts = graphql(active(FACTS));
  const texts = graphql(active(`${FACTS} texts(locale: "en") { headline body instruction }`));
  const geojson = { url: `${url}/alerts.geojson` };
  const rows = [await atRest()];
  rows.push(await measured('activeAlerts', facts));
  rows.push(await measured('activeAlerts with texts', texts));
  rows.push(await measured('/alerts.geojson', geojson));
  rows.push(await measured('/alerts.atom?state=FL', { url: `${url}/alerts.atom?state=FL` }));
  let updates = 0;
  const timer = setInterval(
    () => void crew.update(incidents[updates++ % ALERTS]!, 'DETAIL'),
    CHANGE_EVERY_MS,
  );
  rows.push(await measured('activeAlerts, an update each second', facts));
  rows.push(await measured('/alerts.geojson, an update each second', geojson));
  clearInterval(timer);
  return rows;
}

async function main(): Promise<void> {
  title(`Requests per database query, ${ALERTS} alerts on`);
  const dataDir = await mkdtemp(join(tmpdir(), 'campana-bench-'));
  const port = String(await freePort());
  const variables = { DATA_DIR: dataDir, PORT: port, LOG_LEVEL: 'error' };
  execFileSync(
    process.execPath,
    [
      ...['dist/src/schools/import.command.js', 'data/schools/osceola_orange_FL.edge.txt'],
      ...['--districts', 'data/districts/districts_FL.csv'],
    ],
    { env: { ...process.env, ...variables } },
  );
  countQueries();
  const environment = readEnvironment(variables);
  const database = await openDatabase(environment);
  const service = await createService(database.config, createLogger('error'));
  try {
    await service.listen();
    const url = database.config.http.publicUrl;
    const admin = await accept(url, (await service.adminInvite())!, 'Coordinator');
    table(await rowsOf(url, await Crew.of({ url, admin })));
  } finally {
    await service.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

await main();
process.exit(0);
