import type { Costs } from './costs.js';
import { RowLock, Servers, Streams } from './resources.js';
import { audienceOf, type Scenario } from './scenario.js';
import { Gate, Timeline, type Process } from './timeline.js';

/** As the service has them: delivery/fan-out.service.ts, lanes.ts, batch.service.ts, local-sender.ts. */
const BATCH = 250;
const PAGE = 5_000;
const BATCHES_PER_LANE = 4;
const STRAGGLER_MS = 250;
/** Messages whose CPU is taken at once: the system's scheduler is about so fair. */
const STEP = 25;

/** What came of a simulated fan-out. Times in ms since the decision; busy times add up over servers. */
export interface Simulated {
  /** When each push was answered, in no order. */
  answeredAt: Float64Array;
  /** When nothing was owed any more. */
  endedAt: number;
  plannedAt: number;
  sendingMillis: number;
  workerMillis: number;
  /** In which a worker had a batch and only waited for push services. */
  waitingMillis: number;
  databaseMillis: number;
  /** In which the delivery's row was locked. */
  rowMillis: number;
  settlements: number;
  /** Cores of the database, and of all workers. */
  databaseCores: number;
  workerCores: number;
}

/** Fans one alert out, batch by batch. @param random in [0, 1), as Math.random */
export function simulate(scenario: Scenario, costs: Costs, random: () => number): Simulated {
  return new FanOut(scenario, costs, random).run();
}

interface Worker {
  cores: Servers;
  connections: Streams[];
}

interface Claim {
  done: Gate;
  devices: number;
}

class FanOut {
  readonly #time = new Timeline();
  readonly #row = new RowLock();
  readonly #database: Servers;
  readonly #sink: Servers | undefined;
  readonly #workers: Worker[];
  readonly #pushes: number;
  /** Of a push, when its keys may or may not have been made ahead. */
  readonly #sendMillis: number;
  readonly #result: Omit<Simulated, 'databaseMillis' | 'rowMillis' | 'endedAt'>;
  #answered = 0;
  #endedAt = 0;
  /** Sizes of the batches that nobody has claimed. */
  readonly #batches: number[] = [];
  #lanes = 0;
  /** Opened when there is a lane to take; another takes its place. */
  #laneGate = new Gate();

  constructor(
    private readonly scenario: Scenario,
    private readonly costs: Costs,
    private readonly random: () => number,
  ) {
    const { sharedCores, workers, cores, databaseCores, streams, origins, othersShare } = scenario;
    const shared =
      sharedCores === undefined ? undefined : new Servers(sharedCores, 1 - othersShare);
    this.#database = shared ?? new Servers(databaseCores);
    this.#sink = shared;
    this.#workers = Array.from({ length: workers }, () => ({
      cores: shared ?? new Servers(cores),
      connections: origins.map(() => new Streams(streams)),
    }));
    this.#pushes = audienceOf(scenario).pushes;
    const { subscribers, socketsShare, keysAhead } = scenario;
    const ahead = Math.min(1, keysAhead / Math.max(1, subscribers * (1 - socketsShare)));
    this.#sendMillis = (costs.sendMicros + costs.deriveMicros * (1 - ahead)) / 1_000;
    this.#result = {
      answeredAt: new Float64Array(this.#pushes),
      ...{ plannedAt: 0, sendingMillis: 0, workerMillis: 0, waitingMillis: 0, settlements: 0 },
      databaseCores: sharedCores ?? databaseCores,
      workerCores: sharedCores ?? workers * cores,
    };
  }

  run(): Simulated {
    this.#time.start(this.#plan());
    for (const worker of this.#workers) this.#time.start(this.#lane(worker));
    this.#time.run();
    return {
      ...this.#result,
      endedAt: this.#endedAt,
      databaseMillis: this.#database.busyMillis,
      rowMillis: this.#row.heldMillis,
    };
  }

  /** One job, page by page: each is under way to workers before the next is read. */
  *#plan(): Process {
    const { planStartMillis, pageMillis, remainingRowMicros, databasePlanMicros } = this.costs;
    const { databases } = this.scenario;
    let at = yield planStartMillis;
    for (let left = this.#pushes; left > 0; left -= PAGE) {
      const devices = Math.min(PAGE, left);
      const scan = (remainingRowMicros * left) / databases / 1_000;
      const busy = (databasePlanMicros * devices) / databases / 1_000;
      at = yield at + pageMillis * (devices / PAGE) + scan + this.#database.delay(at, busy);
      const batches = Math.ceil(devices / BATCH);
      for (let n = 0; n < batches; n++) this.#batches.push(Math.min(BATCH, devices - n * BATCH));
      this.#lanes += Math.ceil(batches / BATCHES_PER_LANE);
      this.#result.plannedAt = at;
      this.#time.open(this.#laneGate);
      this.#laneGate = new Gate();
    }
  }

  /** A worker: takes lanes, and in each sends batch after batch; the next is claimed meanwhile. */
  *#lane(worker: Worker): Process {
    for (;;) {
      while (this.#lanes === 0) yield this.#laneGate;
      this.#lanes -= 1;
      const now = yield this.#time.now + this.costs.planStartMillis;
      let next = this.#claimNext(worker, now);
      for (;;) {
        const batch = next;
        const at = yield batch.done;
        if (batch.devices === 0) break;
        next = this.#claimNext(worker, at);
        yield* this.#deliver(worker, batch.devices, at);
      }
    }
  }

  #claimNext(worker: Worker, at: number): Claim {
    const claim: Claim = { done: new Gate(), devices: this.#batches.shift() ?? 0 };
    this.#time.start(this.#claim(worker, claim, at));
    return claim;
  }

  *#claim(worker: Worker, claim: Claim, from: number): Process {
    const { claimMillis, claimHeldMillis, readMillis, batchMicros, databaseBatchMicros } =
      this.costs;
    const wait = this.#database.delay(from, databaseBatchMicros / 2_000);
    const at = yield from + claimMillis - claimHeldMillis + wait;
    const claimed = yield this.#row.shared(at, claimHeldMillis);
    if (claim.devices > 0) {
      const busy = batchMicros / 2_000;
      this.#result.workerMillis += busy;
      yield claimed + readMillis + worker.cores.delay(claimed, busy);
    }
    this.#time.open(claim.done);
  }

  *#deliver(worker: Worker, devices: number, from: number): Process {
    let at = from;
    let last = from;
    for (let sent = 0; sent < devices; sent += STEP) {
      const step = Math.min(STEP, devices - sent);
      const busy = step * this.#sendMillis;
      at = yield worker.cores.take(at, busy);
      this.#result.sendingMillis += busy;
      const heard = this.#sink?.take(at, (step * this.costs.sinkMicros) / 1_000) ?? at;
      for (let n = 0; n < step; n++) last = Math.max(last, this.#push(worker, heard));
    }
    const done = Math.min(last, Math.max(at, from + STRAGGLER_MS));
    this.#result.waitingMillis += done - at;
    yield done;
    yield* this.#settle(worker, done);
    // What dawdles is settled when it is in; nobody waits for it.
    if (last > done) this.#time.start(this.#straggle(worker, last));
  }

  #push({ connections }: Worker, at: number): number {
    const { origins, pushLatencyMs, latencySpread } = this.scenario;
    let pick = this.random();
    const found = origins.findIndex((share) => (pick -= share) < 0);
    const latency =
      pushLatencyMs * (latencySpread > 0 ? Math.exp(latencySpread * this.#normal()) : 1);
    const answered = connections[Math.max(0, found)]!.send(at, latency);
    this.#result.answeredAt[this.#answered++] = answered;
    return answered;
  }

  *#straggle(worker: Worker, at: number): Process {
    yield at;
    yield* this.#settle(worker, at);
  }

  *#settle({ cores }: Worker, from: number): Process {
    const { settleMillis, settleHeldMillis, batchMicros, databaseBatchMicros } = this.costs;
    const busy = batchMicros / 2_000;
    this.#result.workerMillis += busy;
    const own = cores.delay(from, busy);
    const wait = this.#database.delay(from + own, databaseBatchMicros / 2_000);
    const at = yield from + own + wait + settleMillis - settleHeldMillis;
    this.#endedAt = Math.max(this.#endedAt, yield this.#row.alone(at, settleHeldMillis));
    this.#result.settlements += 1;
  }

  /** Box and Muller's: a standard normal number. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  }
}
