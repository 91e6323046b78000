import type { Point } from '../../src/geo/h3.js';
import { Crew } from '../../test/support/crew.js';
import type { ChildService } from '../../test/support/child-service.js';
import { until } from '../../test/support/until.js';
import type { BenchOptions } from '../support/bench.js';
import { seedDevices } from '../support/devices.js';
import { runCleanLoad, type LoadResult } from '../support/load.js';
import { Network, OSCEOLA } from '../support/network.js';
import { keysMade } from '../support/metric.js';
import { median, rounded } from '../support/result.js';
import { startSink } from '../sink/sink.js';
import { raise } from './alerts-on.js';
import { placesApart } from './places.js';
import { QUESTIONS } from './questions.js';

const DEVICES = 20_000;
const PER_SECOND = 200;
/** Longer than a fan-out takes; only what is asked during it is counted. */
const SECONDS = 5;
/** Of some 200 requests the second or third worst is the p99: it takes more rounds than a mean does. */
const ROUNDS_EACH = 2;
/** Fan-outs that are not measured: in a process that has just started, code is still compiled in each. */
const WARM_UP = 3;
const WARM_UP_REQUESTS = 10_000;

export interface FanOutLatency {
  idleP99Ms: number;
  fanOutP99Ms: number;
  fanOutSeconds: number;
  /** The median of the rounds' own ratios. */
  ratio: number;
  /** Requests that were sent during a fan-out, over all rounds. */
  samples: number;
  /** Whether whoever asks and the push service were kept out of the way. */
  isApart: boolean;
}

/** How fast one process that does everything answers at rest, and while it tells so many devices. */
export async function fanOutLatency({ rounds, undo, progress }: BenchOptions) {
  const sink = await startSink();
  undo.push(() => sink.stop());
  let isApart = sink.standBack();
  const network = await Network.start();
  undo.push(() => network.close());
  progress.say('devices for a fan-out');
  await seedDevices(network, DEVICES, sink.origin, () => ({ kind: 'district', id: OSCEOLA }));
  const all = await network.process('all', {
    NODE_EXTRA_CA_CERTS: sink.caFile,
    PUSH_KEYS_AHEAD: String(DEVICES),
  });
  const crew = await network.crew(all);
  await raise(crew);
  const measured = rounds * ROUNDS_EACH;
  const places = await placesApart(network, WARM_UP + measured);
  await runCleanLoad(QUESTIONS.activeAlerts(all.url, WARM_UP_REQUESTS));
  const idle: number[] = [];
  const busy: number[] = [];
  const seconds: number[] = [];
  let samples = 0;
  for (let round = 1 - WARM_UP; round <= measured; round++) {
    progress.say(`fan-out ${round}: at rest, then sending`);
    await atRest(network, all);
    const before = await load(all);
    const during = await duringFanOut(network, all, crew, places.pop()!);
    isApart &&= before.wasFirst && during.wasFirst;
    if (round < 1) continue;
    samples += during.millis.length;
    idle.push(p99(before.millis));
    busy.push(p99(during.millis));
    seconds.push(during.seconds);
  }
  return {
    idleP99Ms: rounded(median(idle)),
    fanOutP99Ms: rounded(median(busy)),
    fanOutSeconds: rounded(median(seconds)),
    ratio: rounded(median(busy.map((value, round) => value / idle[round]!))),
    samples,
    isApart,
  } satisfies FanOutLatency;
}

const load = ({ url }: ChildService): Promise<LoadResult> =>
  runCleanLoad({
    ...QUESTIONS.activeAlerts(url, PER_SECOND * SECONDS),
    perSecond: PER_SECOND,
    first: true,
  });

/** Nothing is owed, and the keys of the next messages are made. */
async function atRest({ pool }: Network, { url }: ChildService): Promise<void> {
  const owed = 'SELECT FROM delivery WHERE completed_at IS NULL';
  const isOver = async () => (await pool.query(owed)).rowCount === 0;
  await until(isOver, 'rest after a fan-out', 600_000);
  await keysMade(url, DEVICES);
}

async function duringFanOut(
  { pool }: Network,
  all: ChildService,
  crew: Crew,
  location: Point,
): Promise<{ millis: number[]; seconds: number; wasFirst: boolean }> {
  const asking = load(all);
  const { alertId } = await crew.alert({ location });
  const { sentAt, millis, wasFirst } = await asking;
  await atRest({ pool } as Network, all);
  const { rows } = await pool.query(
    `SELECT 1000 * extract(epoch FROM created_at)::float AS began,
       1000 * extract(epoch FROM completed_at)::float AS ended
     FROM delivery WHERE id = $1`,
    [alertId],
  );
  const { began, ended } = rows[0] as { began: number; ended: number };
  const isDuring = (_: number, index: number) => sentAt[index]! >= began && sentAt[index]! <= ended;
  return { millis: [...millis].filter(isDuring), seconds: (ended - began) / 1_000, wasFirst };
}

function p99(millis: Iterable<number>): number {
  const sorted = [...millis].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)]!;
}
