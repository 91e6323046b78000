import { accept, hire } from '../../test/support/staff.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import type { Load } from '../support/load.js';
import { machine } from '../support/machine.js';
import { Network } from '../support/network.js';
import {
  cpuPerItem,
  isMet,
  perSecond,
  ratioOf,
  summary,
  type Measure,
  type Result,
} from '../support/result.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { asked, Server } from '../support/server.js';
import { BARE_TABLES } from './bare-tables.js';
import type { BareSetup } from './bare.peer.js';
import { filingsNear, REGIONS, type Filing } from './filings.js';

const CONNECTIONS = 32;
/** To PostgreSQL: as many as the service has. */
const POOL = 16;
const RESPONDERS = 24;
const ORGANIZATIONS = 6;
const FILE_REPORT = `mutation ($input: FileReportInput!) {
  fileReport(input: $input) { id incidentId }
}`;

export const reports: Bench = {
  name: 'reports',
  what: 'reports filed, each about something else',
  size: 2_000,
  run,
};

async function run(options: BenchOptions): Promise<Result> {
  const { size, rounds, progress, undo } = options;
  const network = await Network.start();
  undo.push(() => network.close());
  const api = await network.process('api');
  const staff = await responders(api.url, api.adminInvite!);
  const bare = await Server.start('dist/bench/reports/bare.peer.js', await bareSetup(network));
  undo.push(() => bare.stop());
  const file = await filingsNear(network);
  const contestants = [
    asked('campana', api.child.pid!, () => graphql(api.url, file(size), staff)),
    asked('bare', bare.pid, () => plain(bare.url, file(size))),
  ].map((contestant) => withDatabase(contestant, network));
  const measures = await alternate(contestants, rounds, progress);
  const { rows } = await network.pool.query(
    `SELECT (SELECT count(*)::float FROM report) / (SELECT count(*) FROM incident) AS joined`,
  );
  return resultOf(options, measures, rows[0].joined as number);
}

/** Tokens of people of several organizations. */
async function responders(url: string, invite: string): Promise<string[]> {
  const admin = await accept(url, invite, 'Coordinator');
  const tokens: string[] = [];
  for (let index = 0; index < RESPONDERS; index++) {
    const organization = `Organization ${index % ORGANIZATIONS}`;
    tokens.push((await hire(url, admin, 'RESPONDER', organization)).token);
  }
  return tokens;
}

async function bareSetup({ pool, url }: Network): Promise<BareSetup> {
  await pool.query(BARE_TABLES);
  const { rows } = await pool.query(
    `SELECT staff.id AS "authorId", school.id AS "schoolId", school.district_id AS "districtId"
     FROM staff, school LIMIT 1`,
  );
  return {
    databaseUrl: url,
    connections: POOL,
    ...(rows[0] as Omit<BareSetup, 'databaseUrl' | 'connections'>),
  };
}

const graphql = (url: string, filings: Filing[], tokens: string[]): Load => ({
  url: `${url}/graphql`,
  requests: filings.length,
  connections: CONNECTIONS,
  headers: { 'content-type': 'application/json' },
  bodies: filings.map((input, index) => ({
    body: JSON.stringify({ query: FILE_REPORT, variables: { input } }),
    headers: { authorization: `Bearer ${tokens[index % tokens.length]}` },
  })),
});

const plain = (url: string, filings: Filing[]): Load => ({
  url: `${url}/reports`,
  requests: filings.length,
  connections: CONNECTIONS,
  headers: { 'content-type': 'application/json' },
  bodies: filings.map((filing) => ({ body: JSON.stringify(filing) })),
});

/** What PostgreSQL takes for it is half of the work. */
function withDatabase(contestant: Contestant, network: Network): Contestant {
  return {
    ...contestant,
    async round() {
      const before = network.databaseCpuMicros();
      const measure = await contestant.round();
      const databaseCpuMicros = (network.databaseCpuMicros() - before) / measure.items;
      return { ...measure, more: { databaseCpuMicros } };
    },
  };
}

function resultOf(
  { size, rounds }: BenchOptions,
  measures: Map<string, Measure[]>,
  joined: number,
): Result {
  const [campana, bare] = [measures.get('campana')!, measures.get('bare')!];
  const ratio = ratioOf(campana, bare, perSecond);
  return {
    bench: 'reports',
    rounds,
    items: size,
    campana: summary(campana),
    peers: { bare: summary(bare) },
    ratios: {
      'reports per second, of bare': ratio,
      'CPU per report, of bare': ratioOf(campana, bare, cpuPerItem),
      'CPU of PostgreSQL per report, of bare': ratioOf(
        campana,
        bare,
        ({ more }) => more!.databaseCpuMicros!,
      ),
    },
    met: { 'at least 0.4 of bare inserts': isMet({ ratio, atLeast: 0.4 }) },
    notes: [
      `${RESPONDERS} responders of ${ORGANIZATIONS} organizations; ${joined.toFixed(2)} reports to an incident`,
      `near the shipped schools, and near as many in each of ${REGIONS - 1} other regions`,
      'PostgreSQL as it comes: a commit is on the disk before it is answered',
      machine(),
    ],
  };
}
