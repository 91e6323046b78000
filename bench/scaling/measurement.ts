import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AlertsWorker } from '../../src/alerts/alerts.worker.js';
import { createLogger } from '../../src/platform/logger.js';
import { createService } from '../../src/service.js';
import type { Crew } from '../../test/support/crew.js';
import type { CostName, Observed } from './costs.js';
import { keysMade } from '../support/metric.js';
import { familyCpuMicros } from '../support/usage.js';
import { residentBytes } from './cpu.js';
import { seedDevices } from './devices.js';
import { median, quantile } from './figures.js';
import { completion, fanOut, nextPlace, type FanOutRun } from './measure-fan-out.js';
import { SOCKETS, measureSockets } from './measure-sockets.js';
import { keyAheadBytes, measureStages } from './measure-stages.js';
import { measureTables } from './measure-tables.js';
import type { Rig } from './rig.js';
import type { Span } from './spans.js';

export const PHASES = ['stages', 'tables', 'sending', 'statements', 'observed', 'sockets'] as const;
export type Phase = (typeof PHASES)[number];
const FAN_OUTS: ReadonlySet<Phase> = new Set(['sending', 'statements', 'observed', 'sockets']);

export type Found = Partial<Record<CostName, { value: number; from: string }>>;

/** The audience of each fan-out: followers of one district of the shipped schools. */
const DISTRICT = '1201470';
const DEVICES = 20_000;
const BATCHES = DEVICES / 250;
/** Fan-outs of a kind at most; so many count, in which others used the machine least. */
const ROUNDS = 3;
const COUNTED = 1;
/** A fan-out is as good as undisturbed while others use less of the machine. */
const CALM = 0.1;
const LATENCY_MS = 50;
/** Of times that others on the machine can only lengthen. */
const UNDISTURBED = 0.1;
const KEYS = 50_000;

/** Measures one thing after the other on one rig. */
export class Measurement {
  readonly found: Found = {};
  observed: Observed[] | undefined;

  constructor(
    private readonly rig: Rig,
    private readonly say: (what: string, detail?: string) => void,
  ) {}

  async run(phases: readonly Phase[]): Promise<void> {
    const wanted = (phase: Phase) => phases.includes(phase);
    if (wanted('stages')) this.#stages();
    if (wanted('tables')) {
      const from = '200,000 sealed devices, two areas each; an audience of 100,000 among a million';
      this.#note(from, await measureTables(this.rig, this.say));
    }
    if (!phases.some((phase) => FAN_OUTS.has(phase))) return;
    await this.#seed();
    const api = await this.rig.run('api');
    const crew = await this.rig.crew(api);
    const idle = await this.#connections();
    const planning = await this.#planning(crew);
    this.#note('an API process after its first requests', {
      apiResidentBytes: residentBytes(api.child.pid!),
      apiConnections: idle,
    });
    if (wanted('sending')) await this.#sending(crew, planning, idle);
    if (wanted('statements')) await this.#statements(crew);
    if (wanted('observed')) await this.#observe(crew);
    if (wanted('sockets'))
      this.#note(
        `${SOCKETS} sockets that watch one district, five alerts`,
        await measureSockets(this.rig, api, crew, DISTRICT),
      );
  }

  #stages(): void {
    this.#note('src/platform: a pool of 16, 6 for the queue, and two listeners', {
      connectionLimit: 24,
    });
    this.#note('one function in a loop, the median of seven rounds', measureStages());
    this.#note('keys made ahead for 50,000 devices', { keyAheadBytes: keyAheadBytes(KEYS) });
  }

  async #seed(): Promise<void> {
    await seedDevices(this.rig.client, this.rig.config, {
      count: DEVICES,
      origins: this.rig.origins,
      areasOf: (index) => [
        { kind: 'district', id: DISTRICT },
        { kind: 'school', id: String(990_000_000_000 + (index % 500)) },
      ],
    });
    await this.rig.client.query('VACUUM ANALYZE subscription, subscription_area');
  }

  #note(from: string, values: Partial<Record<CostName, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isFinite(value))
        throw new Error(`${name} was not seen: what it is of has changed`);
      this.found[name as CostName] = { value, from };
      this.say(name, value.toPrecision(4));
    }
  }

  /** A decision while no worker runs, then its planning, here. */
  async #planning(crew: Crew): Promise<{ walBytes: number; databaseMicros: number }> {
    const { rig } = this;
    await crew.alert({ location: nextPlace() });
    const quiet = await rig.wal();
    const { alertId } = await crew.alert({ location: nextPlace() });
    const decided = await rig.wal();
    const { app, close } = await createService(rig.config, createLogger('error'));
    const [wal, micros] = [await rig.wal(), familyCpuMicros(rig.database.pid)];
    await app.get(AlertsWorker).fan(alertId);
    const planned = {
      walBytes: (await rig.wal()) - wal,
      databaseMicros: familyCpuMicros(rig.database.pid) - micros,
    };
    await close();
    this.#note('a report and its verification, no worker running', {
      walDecisionBytes: decided - quiet,
    });
    this.#note(`planning ${DEVICES} devices, no worker running`, {
      walPlanBytes: planned.walBytes / DEVICES,
      databasePlanMicros: planned.databaseMicros / DEVICES,
    });
    const worker = await rig.run('worker', { PUSH_KEYS_AHEAD: '0' });
    await completion(rig, alertId);
    await worker.stop();
    return planned;
  }

  /** What one worker uses for each push, keys made ahead. */
  async #sending(
    crew: Crew,
    planning: { walBytes: number; databaseMicros: number },
    idle: number,
  ): Promise<void> {
    const worker = await this.rig.run('worker', { PUSH_KEYS_AHEAD: String(KEYS) });
    const once = async () => {
      await keysMade(worker.url, DEVICES);
      return fanOut(this.rig, crew, [worker], 0);
    };
    await once();
    const runs = await this.#rounds(once);
    const middle = (of: (run: FanOutRun) => number) => median(runs.map(of));
    const decision = this.found.walDecisionBytes!.value;
    // The model counts half of it for the claim, and half for each settlement.
    const settled = (run: FanOutRun) => (BATCHES + run.settlements) / 2;
    this.#note(
      `one worker, ${DEVICES} devices, of ${ROUNDS} fan-outs the one that others disturbed least`,
      {
        sendMicros: middle((run) => run.sendThreadMicros / DEVICES),
        batchMicros: middle((run) => (run.workerMicros - run.sendThreadMicros) / settled(run)),
        databaseBatchMicros: middle(
          (run) => (run.databaseMicros - planning.databaseMicros) / settled(run),
        ),
        walSettleBytes: middle((run) => (run.walBytes - planning.walBytes - decision) / DEVICES),
        wireBytes: middle((run) => run.wireBytes / DEVICES),
        sinkMicros: middle((run) => run.sinkMicros / DEVICES),
        workerConnections: (await this.#connections()) - idle,
      },
    );
    await worker.stop();
    await this.rig.client.query('VACUUM ANALYZE delivery_batch');
    this.#note('delivery_batch after the fan-outs so far and a VACUUM', {
      batchBytes: await this.rig.number(
        `SELECT pg_total_relation_size('delivery_batch') / count(*) FROM delivery_batch`,
      ),
    });
  }

  /** The fan-outs that were disturbed least. */
  async #rounds(work: () => Promise<FanOutRun>): Promise<FanOutRun[]> {
    const runs: FanOutRun[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      runs.push(await work());
      this.say('fan-out', JSON.stringify(runs.at(-1)));
      const calm = runs.filter(({ othersShare }) => othersShare < CALM);
      if (calm.length === COUNTED) return calm;
    }
    return runs.toSorted((a, b) => a.othersShare - b.othersShare).slice(0, COUNTED);
  }

  /** How long the transactions of a fan-out take while no core is short: push services take their time. */
  async #statements(crew: Crew): Promise<void> {
    const trace = join(this.rig.directory, 'trace.json');
    const loader = new URL('./trace.js', import.meta.url).href;
    const worker = await this.rig.run('worker', {
      PUSH_KEYS_AHEAD: '0',
      CAMPANA_TRACE: trace,
      NODE_OPTIONS: `--import=${loader}`,
    });
    await fanOut(this.rig, crew, [worker], LATENCY_MS);
    await fanOut(this.rig, crew, [worker], LATENCY_MS);
    this.#note('a worker after two fan-outs', {
      workerResidentBytes: residentBytes(worker.child.pid!),
    });
    await worker.stop();
    const spans = JSON.parse(await readFile(trace, 'utf8')) as Span[];
    const middle = (kind: Span['kind'], of: (span: Span) => number) =>
      quantile(spans.filter((span) => span.kind === kind).map(of), UNDISTURBED);
    this.#note(`first deciles in a worker whose push services answer after ${LATENCY_MS} ms`, {
      pageMillis: middle('page', ({ millis }) => millis),
      claimMillis: middle('claim', ({ millis }) => millis),
      claimHeldMillis: middle('claim', ({ heldMillis }) => heldMillis),
      readMillis: middle('read', ({ millis }) => millis),
      settleMillis: middle('settle', ({ millis }) => millis),
      settleHeldMillis: middle('settle', ({ heldMillis }) => heldMillis),
    });
    const from =
      'pgboss.job, the fastest of the fan-outs so far; the decision’s own transaction is in it';
    this.#note(from, { planStartMillis: await this.#planStart() });
  }

  /** From the job's row to its start, both by PostgreSQL's clock. */
  #planStart(): Promise<number> {
    return this.rig.number(
      `SELECT extract(epoch FROM min(started_on - created_on)) * 1000 FROM pgboss.job
       WHERE name = 'fan-out' AND started_on IS NOT NULL`,
    );
  }

  /** Of the service's own processes; whoever measures is not among them. */
  #connections(): Promise<number> {
    return this.rig.number(
      `SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'campana%'`,
    );
  }

  /** In a loop of its own it is a fifth less: nothing else wants the caches. */
  #derived(runs: FanOutRun[]): void {
    const { sendMicros } = this.found;
    if (!sendMicros) return;
    const without = median(runs.map(({ sendThreadMicros }) => sendThreadMicros / DEVICES));
    this.#note(`one worker, ${DEVICES} devices, without keys made ahead, less sendMicros`, {
      deriveMicros: without - sendMicros.value,
    });
  }

  async #observe(crew: Crew): Promise<void> {
    const observed: Observed[] = [];
    for (const latencyMs of [0, 100])
      for (const workers of [1, 2]) {
        const running = await Promise.all(
          Array.from({ length: workers }, () => this.rig.run('worker', { PUSH_KEYS_AHEAD: '0' })),
        );
        await fanOut(this.rig, crew, running, latencyMs);
        const runs = await this.#rounds(() => fanOut(this.rig, crew, running, latencyMs));
        if (workers === 1 && latencyMs === 0) this.#derived(runs);
        await Promise.all(running.map((worker) => worker.stop()));
        const seconds = (of: (run: FanOutRun) => number) => Number(median(runs.map(of)).toFixed(2));
        observed.push({
          ...{ workers, latencyMs, keysAhead: false, devices: DEVICES },
          firstSeconds: seconds((run) => run.firstSeconds),
          halfSeconds: seconds((run) => run.halfSeconds),
          p99Seconds: seconds((run) => run.p99Seconds),
          lastSeconds: seconds((run) => run.lastSeconds),
          othersShare: seconds((run) => run.othersShare),
        });
        this.say('observed', JSON.stringify(observed.at(-1)));
      }
    this.observed = observed;
  }
}
