import { HANDS, lanesOf, MAX_OUT, TURN_MS } from '../../src/delivery/lanes.js';
import { BATCH_SIZE } from '../../src/delivery/sender.js';
import type { Dice } from '../../src/reports/history/dice.js';
import { PAGE_SIZE } from '../../src/subscriptions/audience.store.js';
import type { Costs } from './costs.js';
import { RowLock, Servers } from './resources.js';
import { audienceOf, type Scenario } from './scenario.js';
import { Lot, SendingThread } from './sending.js';
import { Gate, Permits, Timeline, type Process, type Step } from './timeline.js';

/** So many ahead were measured (measure-tables.ts); an index has no reason to go on like that. */
const AHEAD = 100_000;
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
  /** In which push services had something to answer, and workers nothing to send. */
  waitingMillis: number;
  databaseMillis: number;
  /** In which the delivery's row was locked. */
  rowMillis: number;
  settlements: number;
  /** Cores of the database, and of all workers. */
  databaseCores: number;
  workerCores: number;
}

/** Fans one alert out, batch by batch. */
export function simulate(scenario: Scenario, costs: Costs, dice: Dice): Simulated {
  return new FanOut(scenario, costs, dice).run();
}

interface Worker {
  cores: Servers;
  thread: SendingThread;
  sendingMillis: number;
  hands: Permits;
  /** Batches with answers out, and what opens when one has them all. */
  out: number;
  cameIn: Gate;
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
  readonly #result: Pick<
    Simulated,
    'answeredAt' | 'plannedAt' | 'workerMillis' | 'settlements' | 'databaseCores' | 'workerCores'
  >;
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
    dice: Dice,
  ) {
    const { sharedCores, workers, cores, databaseCores, othersShare } = scenario;
    const shared =
      sharedCores === undefined ? undefined : new Servers(sharedCores, 1 - othersShare);
    this.#database = shared ?? new Servers(databaseCores);
    this.#sink = shared;
    const answered = (at: number) => {
      this.#result.answeredAt[this.#answered++] = at;
    };
    const world = { time: this.#time, scenario, dice, answered };
    this.#workers = Array.from({ length: workers }, () => ({
      cores: shared ?? new Servers(cores),
      thread: new SendingThread(world),
      sendingMillis: 0,
      hands: new Permits(HANDS),
      out: 0,
      cameIn: new Gate(),
    }));
    this.#pushes = audienceOf(scenario).pushes;
    const { subscribers, socketsShare, keysAhead } = scenario;
    const ahead = Math.min(1, keysAhead / Math.max(1, subscribers * (1 - socketsShare)));
    this.#sendMillis = (costs.sendMicros + costs.deriveMicros * (1 - ahead)) / 1_000;
    this.#result = {
      answeredAt: new Float64Array(this.#pushes),
      ...{ plannedAt: 0, workerMillis: 0, settlements: 0 },
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
      sendingMillis: this.#ofAll(({ sendingMillis }) => sendingMillis),
      waitingMillis: this.#ofAll(({ thread, sendingMillis }) =>
        Math.max(0, thread.waitedForMillis - sendingMillis),
      ),
    };
  }

  /** One job, page by page: each is under way to workers before the next is read. */
  *#plan(): Process {
    const { planStartMillis, pageMillis, remainingRowMicros, databasePlanMicros } = this.costs;
    const { databases } = this.scenario;
    let at = yield planStartMillis;
    for (let left = this.#pushes; left > 0; left -= PAGE_SIZE) {
      const devices = Math.min(PAGE_SIZE, left);
      const scan = (remainingRowMicros * Math.min(AHEAD, left)) / databases / 1_000;
      const busy = (databasePlanMicros * devices) / databases / 1_000;
      at = yield at + pageMillis * (devices / PAGE_SIZE) + scan + this.#database.delay(at, busy);
      const batches = Math.ceil(devices / BATCH_SIZE);
      for (let n = 0; n < batches; n++)
        this.#batches.push(Math.min(BATCH_SIZE, devices - n * BATCH_SIZE));
      this.#lanes += lanesOf('', batches).length;
      this.#result.plannedAt = at;
      this.#time.open(this.#laneGate);
      this.#laneGate = new Gate();
    }
  }

  /** A worker: takes lanes, and in each batch after batch; so long, then others have their turn. */
  *#lane(worker: Worker): Process {
    for (;;) {
      while (this.#lanes === 0) yield this.#laneGate;
      this.#lanes -= 1;
      const turnEnds = (yield this.#time.now + this.costs.planStartMillis) + TURN_MS;
      const settled: Gate[] = [];
      let devices = 0;
      do {
        yield* worker.hands.take();
        while (worker.out >= MAX_OUT) yield worker.cameIn;
        devices = yield* this.#claim(worker);
        if (devices > 0) settled.push(this.#begin(worker, devices));
        else worker.hands.give(this.#time);
      } while (devices > 0 && this.#time.now < turnEnds);
      for (const gate of settled) yield gate;
      if (devices > 0) this.#lanes += 1;
    }
  }

  /** @returns the devices of the batch; none where no batch is left */
  *#claim(worker: Worker): Step<number> {
    const { claimMillis, claimHeldMillis, readMillis, batchMicros, databaseBatchMicros } =
      this.costs;
    const from = this.#time.now;
    const devices = this.#batches.shift() ?? 0;
    const wait = this.#database.delay(from, databaseBatchMicros / 2_000);
    const at = yield from + claimMillis - claimHeldMillis + wait;
    const claimed = yield this.#row.shared(at, claimHeldMillis);
    if (devices === 0) return 0;
    const busy = batchMicros / 2_000;
    this.#result.workerMillis += busy;
    yield claimed + readMillis + worker.cores.delay(claimed, busy);
    return devices;
  }

  /** @returns what opens when its first answers are written down */
  #begin(worker: Worker, devices: number): Gate {
    const settled = new Gate();
    this.#time.start(this.#deliver(worker, devices, settled));
    return settled;
  }

  *#deliver(worker: Worker, devices: number, settled: Gate): Process {
    const { thread } = worker;
    const [turn, answered] = [thread.turn, new Gate()];
    thread.turn = answered;
    if (turn) yield turn;
    const lot = yield* this.#send(worker, devices);
    for (let isFirst = true; !lot.isOver; isFirst = false) {
      let done = lot.take();
      for (; done === undefined; done = lot.take()) yield lot.portion;
      if (isFirst) this.#time.open(answered);
      const from = this.#time.now;
      const at = yield* this.#settle(worker);
      thread.settled(done, at - from, at);
      if (isFirst) this.#leaveOut(worker, settled);
    }
    worker.out -= 1;
    this.#time.open(worker.cameIn);
    worker.cameIn = new Gate();
  }

  *#send(worker: Worker, devices: number): Step<Lot> {
    const { cores, thread } = worker;
    const lot = new Lot(devices);
    for (let sent = 0; sent < devices; sent += STEP) {
      const step = Math.min(STEP, devices - sent);
      const busy = step * this.#sendMillis;
      const at = yield cores.take(this.#time.now, busy);
      worker.sendingMillis += busy;
      const heard = this.#sink?.take(at, (step * this.costs.sinkMicros) / 1_000) ?? at;
      for (let n = 0; n < step; n++) thread.post(lot, heard);
    }
    thread.begin(lot, this.#time.now);
    return lot;
  }

  /** What dawdles is settled when it is in; the next batch waits only for its places. */
  #leaveOut(worker: Worker, settled: Gate): void {
    worker.out += 1;
    worker.hands.give(this.#time);
    this.#time.open(settled);
  }

  /** @returns when it is committed */
  *#settle({ cores }: Worker): Step<number> {
    const from = this.#time.now;
    const { settleMillis, settleHeldMillis, batchMicros, databaseBatchMicros } = this.costs;
    const busy = batchMicros / 2_000;
    this.#result.workerMillis += busy;
    const own = cores.delay(from, busy);
    const wait = this.#database.delay(from + own, databaseBatchMicros / 2_000);
    const at = yield from + own + wait + settleMillis - settleHeldMillis;
    this.#endedAt = yield this.#row.alone(at, settleHeldMillis);
    this.#result.settlements += 1;
    return this.#endedAt;
  }

  #ofAll(millis: (worker: Worker) => number): number {
    return this.#workers.reduce((sum, worker) => sum + millis(worker), 0);
  }
}
