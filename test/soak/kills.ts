import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { SingleBar } from 'cli-progress';
import pg from 'pg';
import { BATCH_SIZE } from '../../src/delivery/sender.js';
import { UsageError } from '../../src/platform/explain.js';
import { startEmbeddedDatabase } from '../../src/platform/embedded-database.js';
import { freshSecrets } from '../../src/platform/secrets.js';
import { say, table, title } from '../demo/screen.js';
import { Fleet } from '../support/fleet.js';
import { runAndStop, type Undo } from '../support/run-and-stop.js';
import { killInFanOut, type KillPlan, type KillReport } from '../support/kills.js';

const USAGE = `npm run soak:kills -- [--devices 20000] [--kills 50] [--workers 2]
                              [--answer-ms 20] [--seed N]

Kills workers (SIGKILL) at random moments of one fan-out, over a PostgreSQL of its own. Fails unless
everybody is told and no kill repeats more than one batch. The same seed draws the same moments.`;

/** What is taken down again, in reverse, however it ends. */
const undo: Undo = [];

async function main(): Promise<boolean> {
  const plan = planOf(process.argv.slice(2));
  title(`${plan.kills} kills in a fan-out to ${plan.devices} devices, ${plan.workers} at work`);
  say('seed', String(plan.seed));
  const dataDir = await mkdtemp(join(tmpdir(), 'campana-soak-'));
  undo.push(() => rm(dataDir, { recursive: true, force: true }));
  const database = await startEmbeddedDatabase({ dataDir, password: 'soak' });
  undo.push(() => database.stop());
  await importSchools(database.url);
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  undo.push(() => pool.end());
  const query = async <T>(text: string, values?: unknown[]) =>
    (await pool.query(text, values)).rows as T[];
  const fleet = await Fleet.over({ url: database.url, query });
  undo.push(() => fleet.stop());
  return judged(plan, await withBar(fleet, plan));
}

function planOf(args: string[]): KillPlan {
  const whole = (text: string, least: number) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least) throw new UsageError(USAGE);
    return number;
  };
  const option = (fallback: number) => ({ type: 'string' as const, default: String(fallback) });
  try {
    const { values } = parseArgs({
      args,
      options: {
        devices: option(20_000),
        kills: option(50),
        workers: option(2),
        'answer-ms': option(20),
        seed: option(randomInt(2 ** 31)),
      },
    });
    return {
      devices: whole(values.devices, 1),
      kills: whole(values.kills, 0),
      workers: whole(values.workers, 1),
      answerMs: whole(values['answer-ms'], 0),
      seed: whole(values.seed, 0),
    };
  } catch {
    throw new UsageError(USAGE);
  }
}

async function importSchools(url: string): Promise<void> {
  const file = 'data/schools/osceola_orange_FL.edge.txt';
  await promisify(execFile)(process.execPath, ['dist/src/schools/import.command.js', file], {
    env: { ...process.env, DATABASE_URL: url, ...freshSecrets() },
  });
}

async function withBar(fleet: Fleet, plan: KillPlan): Promise<KillReport> {
  const bar = new SingleBar({
    format: '{bar} {value}/{total} devices told, {killed} workers killed, {duration} s',
    ...{ noTTYOutput: true, notTTYSchedule: 10_000 },
  });
  bar.start(plan.devices, 0, { killed: 0 });
  try {
    return await killInFanOut(fleet, plan, (devices, killed) => bar.update(devices, { killed }));
  } finally {
    bar.stop();
  }
}

/** Prints what came of it. @returns whether the promise held */
function judged({ devices }: KillPlan, report: KillReport): boolean {
  const { kills, missed, repeatedByTheLiving, delivery, seconds } = report;
  table(kills.map((kill, index) => ({ kill: index + 1, ...kill })));
  const repeated = kills.map((kill) => kill.repeated);
  const most = Math.max(0, ...repeated);
  const held = {
    'everybody was told': missed === 0 && delivery.accepted === devices && !!delivery.complete,
    'a kill repeats at most one batch': most <= BATCH_SIZE,
    'nobody who lived repeats anything': repeatedByTheLiving === 0,
  };
  title('What came of it');
  const number = (value: unknown) => value as number;
  table([
    { what: 'devices', count: devices },
    { what: 'accepted, as the service counts', count: number(delivery.accepted) },
    { what: 'not told', count: missed },
    { what: 'workers killed', count: kills.length },
    { what: `kills that repeated something`, count: repeated.filter((n) => n > 0).length },
    { what: 'told twice, all kills', count: repeated.reduce((sum, n) => sum + n, 0) },
    { what: `told twice, the worst kill (a batch: ${BATCH_SIZE})`, count: most },
    { what: 'told twice by whoever lived', count: repeatedByTheLiving },
    { what: 'seconds from the alert to the last settled', count: Math.round(seconds) },
  ]);
  for (const [promise, kept] of Object.entries(held)) say(kept ? 'held' : 'BROKEN', promise);
  return Object.values(held).every(Boolean);
}

runAndStop(async () => ((await main()) ? 0 : 1), undo);
