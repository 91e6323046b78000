import type { Crew } from '../../test/support/crew.js';
import type { ChildService } from '../../test/support/child-service.js';
import { metric } from '../support/metric.js';
import { cpuMicros, familyCpuMicros } from '../support/usage.js';
import { machineMicros, threadMicros } from './cpu.js';
import { cpus } from 'node:os';
import { quantile } from './figures.js';
import { atPeace, atRest, type Rig } from './rig.js';

/** Where the alerts of a measurement happen: apart, so that none joins another, and in one district. */
const PLACE = { latitude: 28.27, longitude: -81.46 };
const STEP_DEGREES = 0.012;
const ROWS = 6;
let places = 0;

export function nextPlace() {
  const [row, column] = [places % ROWS, Math.floor(places / ROWS)];
  places += 1;
  return {
    latitude: PLACE.latitude + STEP_DEGREES * row,
    longitude: PLACE.longitude + STEP_DEGREES * column,
  };
}

/** One real fan-out, from the decision's commit on. CPU in microseconds, over all devices. */
export interface FanOutRun {
  devices: number;
  /** Seconds after the decision at which messages were answered. */
  firstSeconds: number;
  halfSeconds: number;
  p99Seconds: number;
  lastSeconds: number;
  workerMicros: number;
  sendThreadMicros: number;
  mainThreadMicros: number;
  databaseMicros: number;
  sinkMicros: number;
  settlements: number;
  walBytes: number;
  wireBytes: number;
  /** How much of the machine others used meanwhile, in parts of 1. */
  othersShare: number;
}

interface Usage {
  at: number;
  machine: number;
  own: number;
  worker: number;
  send: number;
  main: number;
  database: number;
  sink: number;
}

/** @param delayMs how long push services take to answer */
export async function fanOut(
  rig: Rig,
  crew: Crew,
  workers: ChildService[],
  delayMs: number,
): Promise<FanOutRun> {
  for (const { child } of workers) await atRest(child.pid!);
  await atPeace();
  await rig.resetSink(delayMs);
  const settledBefore = await settlements(workers);
  const [before, wal] = [usageOf(rig, workers), await rig.wal()];
  const { alertId } = await crew.alert({ location: nextPlace() });
  const decided = await completion(rig, alertId);
  const [after, walAfter] = [usageOf(rig, workers), await rig.wal()];
  const { answeredAt, messages, bytes } = await rig.sinkCounts();
  const { audience } = await rig.row<{ audience: number }>(
    'SELECT audience FROM delivery WHERE id = $1',
    [alertId],
  );
  if (messages !== audience)
    throw new Error(`${audience} devices, ${messages} messages: not a clean run`);
  const seconds = answeredAt.map((at) => (at - decided) / 1_000);
  return {
    devices: messages,
    firstSeconds: seconds[0]!,
    halfSeconds: quantile(seconds, 0.5),
    p99Seconds: quantile(seconds, 0.99),
    lastSeconds: seconds.at(-1)!,
    workerMicros: after.worker - before.worker,
    sendThreadMicros: after.send - before.send,
    mainThreadMicros: after.main - before.main,
    databaseMicros: after.database - before.database,
    sinkMicros: after.sink - before.sink,
    settlements: (await settlements(workers)) - settledBefore,
    walBytes: walAfter - wal,
    wireBytes: bytes,
    othersShare: othersShare(before, after),
  };
}

const SETTLED = 'campana_fan_out_stage_seconds_count{stage="settle"}';

async function settlements(workers: ChildService[]): Promise<number> {
  const counts = await Promise.all(workers.map(({ url }) => metric(url, SETTLED)));
  return counts.reduce((sum, count) => sum + count, 0);
}

function usageOf(rig: Rig, workers: ChildService[]): Usage {
  const pids = workers.map(({ child }) => child.pid!);
  const sum = (of: (pid: number) => number) => pids.reduce((total, pid) => total + of(pid), 0);
  const worker = sum(cpuMicros);
  return {
    ...{ at: performance.now(), machine: machineMicros(), own: rig.ownMicros() + worker },
    worker,
    send: sum((pid) => threadMicros(pid).busiest),
    main: sum((pid) => threadMicros(pid).main),
    database: familyCpuMicros(rig.database.pid),
    sink: cpuMicros(rig.sink.pid!),
  };
}

function othersShare(before: Usage, after: Usage): number {
  const others = after.machine - before.machine - (after.own - before.own);
  return Math.max(0, others / 1_000 / (after.at - before.at) / cpus().length);
}

const PATIENCE_MS = 180_000;
const LOOK_MS = 100;

/** Waits for the end of a delivery. @returns when it was decided, in epoch ms */
export async function completion(rig: Rig, alertId: string): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { decided, done } = await rig.row<{ decided: Date; done: boolean }>(
      'SELECT created_at AS decided, completed_at IS NOT NULL AS done FROM delivery WHERE id = $1',
      [alertId],
    );
    if (done) return decided.getTime();
    if (Date.now() > deadline) throw new Error('the fan-out did not end in time');
    await new Promise((look) => setTimeout(look, LOOK_MS));
  }
}
