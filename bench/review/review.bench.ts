import { randomUUID } from 'node:crypto';
import { In } from 'typeorm';
import { IncidentReview } from '../../src/incidents/review/review.service.js';
import type { IncidentFilter } from '../../src/incidents/review/incident-filter.js';
import { DEFAULT_ORDER } from '../../src/incidents/review/incident-order.js';
import { IncidentRow } from '../../src/incidents/incident.entity.js';
import { Config } from '../../src/platform/config.js';
import { pageOf } from '../../src/platform/connection.js';
import { Database } from '../../src/platform/database.js';
import { readEnvironment } from '../../src/platform/env.js';
import { Keyring } from '../../src/platform/keyring.js';
import { createLogger } from '../../src/platform/logger.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { createService, type Service } from '../../src/service.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { BenchDatabase } from '../support/database.js';
import { machine } from '../support/machine.js';
import { isMet, median, rounded, summary, type Result } from '../support/result.js';
import { analystsFilters } from './analysts-filters.js';
import { seedIncidents } from './seed-incidents.js';

const FILTERS = 100;
const SEED = 11;
const PAGE = 20;
const WITHIN = 10;
const SETTINGS = { fsync: 'off', shared_buffers: '1GB', max_wal_size: '8GB', jit: 'off' };

export const review: Bench = {
  name: 'review',
  what: 'what analysts look for among all incidents, beside a page by primary key',
  size: 1_000_000,
  run,
};

async function run(options: BenchOptions): Promise<Result> {
  const { size, progress, undo } = options;
  const database = await BenchDatabase.start(SETTINGS);
  undo.push(() => database.close());
  const secrets = freshSecrets();
  const keyring = Keyring.from(secrets);
  progress.say(`writing ${size} incidents`);
  const begun = performance.now();
  const token = (word: string) =>
    keyring.index('note-word', word).toString('base64url').slice(0, 16);
  const { spots, words } = await seedIncidents(database, secrets, size, token);
  progress.say(`written in ${Math.round((performance.now() - begun) / 1_000)} s`);
  const environment = readEnvironment({
    DATABASE_URL: database.url,
    PORT: '0',
    ROLE: 'api',
    ...secrets,
  });
  const config = Config.from(environment, database.url, secrets);
  const service = await createService(config, createLogger('silent'));
  undo.push(() => service.close());
  const filters = analystsFilters(FILTERS, SEED, { spots, words, now: new Date('2026-11-01') });
  return resultOf(options, await measured(service, filters, options), filters);
}

/** Milliseconds, one for each round. */
interface Times {
  key: number[];
  pages: number[][];
  facets: number[][];
  cpu: { key: number; pages: number };
}

async function measured(
  service: Service,
  filters: IncidentFilter[],
  { rounds, progress }: BenchOptions,
): Promise<Times> {
  const look = service.app.get(IncidentReview);
  const { reader } = service.app.get(Database);
  const times: Times = {
    ...{ key: [], cpu: { key: 0, pages: 0 } },
    pages: filters.map(() => []),
    facets: filters.map(() => []),
  };
  progress.start(rounds + 1);
  for (let round = 0; round <= rounds; round++) {
    // The first warms up.
    const counts = round > 0;
    progress.say(counts ? `round ${round}` : 'warm-up');
    const cpu = { ...times.cpu };
    for (const [at, filter] of filters.entries()) {
      const before = process.cpuUsage();
      const key = await timed(() => primaryKeyPage(reader));
      const between = process.cpuUsage();
      const page = await timed(() => look.list(filter, DEFAULT_ORDER, PAGE));
      const after = process.cpuUsage();
      const facets = await timed(() => look.facets(filter));
      cpu.key += spent(before, between);
      cpu.pages += spent(between, after);
      if (!counts) continue;
      times.key.push(key);
      times.pages[at]!.push(page);
      times.facets[at]!.push(facets);
    }
    if (counts) times.cpu = cpu;
    progress.step();
  }
  progress.stop();
  return times;
}

const spent = (from: NodeJS.CpuUsage, to: NodeJS.CpuUsage) =>
  to.user + to.system - from.user - from.system;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** As many incidents, read in order of their primary key behind one of them, the way a page is. */
async function primaryKeyPage(reader: Database['reader']): Promise<unknown> {
  const keys = (await reader.query('SELECT id FROM incident WHERE id > $1 ORDER BY id LIMIT $2', [
    randomUUID(),
    PAGE + 1,
  ])) as { id: string }[];
  const rows = await reader
    .getRepository(IncidentRow)
    .findBy({ id: In(keys.slice(0, PAGE).map(({ id }) => id)) });
  return pageOf(
    rows,
    PAGE,
    (row) => row,
    ({ openedAt, id }) => [openedAt.toISOString(), id],
  );
}

function resultOf(
  { size, rounds }: BenchOptions,
  { key, pages, facets, cpu }: Times,
  filters: IncidentFilter[],
): Result {
  const one = median(key);
  const ratios = pages.map((times) => median(times) / one);
  const sorted = [...ratios].sort((a, b) => a - b);
  const counted = facets.map((times) => median(times)).sort((a, b) => a - b);
  const within = sorted.filter((ratio) => ratio <= WITHIN).length;
  const slow = filters
    .map((filter, at) => ({ filter, ratio: ratios[at]! }))
    .sort((a, b) => b.ratio - a.ratio)
    .slice(0, 5)
    .map(({ filter, ratio }) => `${rounded(ratio)} times: ${JSON.stringify(filter)}`);
  const measure = (times: number[], cpuMicros: number) => [
    { items: times.length, seconds: times.reduce((sum, time) => sum + time, 0) / 1_000, cpuMicros },
  ];
  const at = (share: number, of: number[]) => rounded(of[Math.ceil(share * of.length) - 1]!);
  return {
    bench: 'review',
    rounds,
    items: size,
    campana: {
      ...summary(measure(pages.flat(), cpu.pages)),
      ...{ medianMs: rounded(median(pages.flat())), pageMs95: rounded(at(0.95, sorted) * one) },
      ...{ facetsMedianMs: at(0.5, counted), facetsMs95: at(0.95, counted) },
    },
    peers: {
      'primary key': { ...summary(measure(key, cpu.key)), medianMs: rounded(one) },
    },
    ratios: {
      'time of a page, median of the filters': at(0.5, sorted),
      'time of a page, 95 of 100 filters within': at(0.95, sorted),
      'time of a page, the slowest': at(1, sorted),
      [`filters of ${filters.length} within ${WITHIN} times`]: within,
    },
    met: {
      [`95 of 100 filters within ${WITHIN} times a page by primary key`]: isMet({
        ratio: within / filters.length,
        atLeast: 0.95,
      }),
    },
    notes: [
      `a page is ${PAGE} incidents, newest first, as the service answers it, without HTTP; by primary key: as many, two queries too`,
      `of each filter the median of ${rounds} rounds; CPU is that of Node`,
      'the slowest:',
      ...slow,
      'PostgreSQL with 1 GB of shared buffers, and fsync off for the seeding, which reading does not notice',
      machine(),
    ],
  };
}
