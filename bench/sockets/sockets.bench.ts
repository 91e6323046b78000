import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Crew } from '../../test/support/crew.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { machine } from '../support/machine.js';
import { Network } from '../support/network.js';
import {
  cpuPerItem,
  isMet,
  ratioOf,
  rounded,
  summary,
  type Measure,
  type Result,
  type Summary,
} from '../support/result.js';
import { alternate } from '../support/rounds.js';
import { Server } from '../support/server.js';
import { Bare, Gateway, type Memory, type Teller } from './contestants.js';
import { Families, type Opened } from './families.js';
import { LOCALES, localeOf, seedFamilies } from './seed-families.js';

/** So that the moment of a commit is known. */
const SETTINGS = { track_commit_timestamp: 'on' };
const measuredBy = (heapFile: string) => ({
  NODE_OPTIONS: `--import ${pathToFileURL('dist/bench/sockets/collect-garbage.js').href}`,
  BENCH_HEAP_FILE: heapFile,
});

export const sockets: Bench = {
  name: 'sockets',
  what: 'one alert to every connected family',
  size: 10_000,
  run,
};

interface Run {
  teller: Teller;
  filled: Opened;
  storm: Opened;
}

async function run(options: BenchOptions): Promise<Result> {
  const { rounds, progress } = options;
  const tellers = await start(options);
  const runs: Omit<Run, 'storm'>[] = [];
  for (const teller of tellers) {
    progress.say(`the families of ${teller.name} come`);
    runs.push({ teller, filled: await teller.fill() });
  }
  const measures = await alternate(tellers, rounds, progress);
  const stormed: Run[] = [];
  for (const one of runs) {
    progress.say(`all lose their connection to ${one.teller.name}, and come back`);
    stormed.push({ ...one, storm: await one.teller.storm() });
    // Whoever came back hears the next one.
    await one.teller.round();
  }
  return resultOf(options, measures, stormed);
}

async function start({ size, undo }: BenchOptions): Promise<Teller[]> {
  const network = await Network.start({}, SETTINGS);
  undo.push(() => network.close());
  const folder = await mkdtemp(join(tmpdir(), 'campana-bench-sockets-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const heapFile = (name: string) => join(folder, name);
  const families = (url: string, auths: object[]) => {
    const started = Families.start(url, auths);
    undo.push(() => started.stop());
    return started;
  };
  const tokens = await seedFamilies(network, size);
  const api = await network.process('api', measuredBy(heapFile('api')));
  const crew = await network.crew(api);
  const auths = tokens.map((token) => ({ token }));
  const measured = { pid: api.child.pid!, heapFile: heapFile('api') };
  const gateway = new Gateway(families(api.url, auths), measured, network, api.url, crew);
  const bareEnv = measuredBy(heapFile('bare'));
  const server = await Server.start('dist/bench/sockets/bare.peer.js', {}, bareEnv);
  undo.push(() => server.stop());
  const rooms = tokens.map((_, index) => ({ room: localeOf(index) }));
  const payloads = await broadcastOf(network, crew);
  const bareMeasured = { pid: server.pid, heapFile: heapFile('bare') };
  return [gateway, new Bare(families(server.url, rooms), bareMeasured, server, payloads)];
}

/** The same bytes: what an alert is in each of the languages. */
async function broadcastOf({ pool }: Network, crew: Crew) {
  const { alertId } = await crew.alert({ location: { latitude: 28.5384, longitude: -81.3789 } });
  const { rows } = await pool.query('SELECT payloads FROM alert WHERE id = $1', [alertId]);
  const payloads = rows[0].payloads as Record<string, object>;
  return Object.fromEntries(LOCALES.map((locale) => [locale, payloads[locale]!]));
}

const figures = (measures: Measure[], { teller, filled, storm }: Run): Summary => ({
  ...summary(measures),
  lastDeviceMs: rounded((1_000 * measures[0]!.items) / summary(measures).perSecond),
  'resident bytes per connection': rounded(teller.perFamily.resident),
  'heap bytes per connection': rounded(teller.perFamily.heap),
  'seconds until all had come': rounded(filled.seconds),
  'seconds of the storm': rounded(storm.seconds),
  'errors in the storm': storm.failures + filled.failures,
});

function resultOf(
  { size, rounds }: BenchOptions,
  measures: Map<string, Measure[]>,
  [gateway, bare]: Run[],
): Result {
  const [campana, other] = [measures.get('campana')!, measures.get('bare socket.io')!];
  const last = ratioOf(campana, other, ({ seconds }) => seconds);
  const memory = (kind: keyof Memory) =>
    rounded(gateway!.teller.perFamily[kind] / bare!.teller.perFamily[kind]);
  const [resident, heap] = [memory('resident'), memory('heap')];
  const failures = [gateway!.filled, gateway!.storm].flatMap(({ reasons }) => reasons);
  return {
    bench: 'sockets',
    rounds,
    items: size,
    campana: figures(campana, gateway!),
    peers: { 'bare socket.io': figures(other, bare!) },
    ratios: {
      'time to the last device, of bare': last,
      'CPU per device, of bare': ratioOf(campana, other, cpuPerItem),
      'resident memory per connection, of bare': resident,
      'heap per connection, of bare': heap,
    },
    met: {
      'last device at most 1.3 times as late as bare': isMet({ ratio: last, atMost: 1.3 }),
      'memory per connection, resident and heap, at most 1.25 times bare': isMet({
        ratio: Math.max(resident, heap),
        atMost: 1.25,
      }),
      [`a storm of ${size.toLocaleString('en-US')} drains without an error`]: failures.length === 0,
    },
    notes: [
      `from the commit of the decision; each family in a room of its area and one of ${LOCALES.length} languages`,
      ...failures.map((why) => `refused: ${why}`),
      machine(),
    ],
  };
}
