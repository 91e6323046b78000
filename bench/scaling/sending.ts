import { BATCH_SIZE, MANY_PLACES } from '../../src/delivery/sender.js';
import { due, LOOK_MS, meanWith, type Waiting } from '../../src/delivery/portions.js';
import type { Dice } from '../../src/reports/history/dice.js';
import { Heap } from './heap.js';
import { Streams } from './resources.js';
import type { Scenario } from './scenario.js';
import { Gate, type Process, type Timeline } from './timeline.js';

/** What a thread has of the world: chance, and where each answer is noted. */
export interface World {
  time: Timeline;
  scenario: Scenario;
  dice: Dice;
  answered: (at: number) => void;
}

/** A worker's sending thread, as delivery/local-sender.ts: 250 places, answers by portions. */
export class SendingThread {
  readonly #connections: Streams[];
  readonly #lots = new Set<Lot>();
  /** Each message without a place, and when it was encrypted. */
  readonly #waiting: { lot: Lot; from: number }[] = [];
  #places = BATCH_SIZE;
  #looks = false;
  #coveredUntil = 0;
  #writingMillis = 0;
  /** In which push services had something to answer. */
  waitedForMillis = 0;
  /** Opened when the first answers to the batch before are in: the next is encrypted then. */
  turn: Gate | undefined;

  constructor(private readonly world: World) {
    const { origins, streams } = world.scenario;
    this.#connections = origins.map(() => new Streams(streams));
  }

  /** A message that is encrypted at `at`; without a place it waits for one. */
  post(lot: Lot, at: number): void {
    if (this.#places === 0) this.#waiting.push({ lot, from: at });
    else this.#send(lot, at);
  }

  /** All of a batch is encrypted: from now on its answers make portions. */
  begin(lot: Lot, at: number): void {
    lot.since = at;
    this.#lots.add(lot);
    if (!this.#looks) this.world.time.start(this.#look());
    this.#looks = true;
  }

  /** So many are written down, which took so long: others get their places. */
  settled(places: number, millis: number, at: number): void {
    this.#writingMillis = meanWith(this.#writingMillis, millis);
    this.#places += places;
    for (const { lot, from } of this.#waiting.splice(0, this.#places))
      this.#send(lot, Math.max(at, from));
  }

  #send(lot: Lot, at: number): void {
    this.#places -= 1;
    const { scenario, dice, answered, time } = this.world;
    const connection = this.#connections[pick(scenario.origins, dice)]!;
    const until = connection.send(at, dice.about(scenario.pushLatencyMs, scenario.latencySpread));
    answered(until);
    this.waitedForMillis += Math.max(0, until - Math.max(at, this.#coveredUntil));
    this.#coveredUntil = Math.max(this.#coveredUntil, until);
    lot.sent(until);
    if (lot.toSend === 0) time.start(this.#close(lot));
  }

  /** The last portion ends as soon as all are in. */
  *#close(lot: Lot): Process {
    lot.end(this.world.time, yield lot.lastAt);
    this.#lots.delete(lot);
  }

  *#look(): Process {
    while (this.#lots.size > 0) {
      const at = yield this.world.time.now + LOOK_MS;
      const open = [...this.#lots].filter((lot) => lot.toSend > 0 || lot.lastAt > at);
      const known = open.map((lot) => ({ lot, ...lot.known(at) }));
      const together = { much: MANY_PLACES, writingMillis: this.#writingMillis };
      for (const { lot } of due(known, together)) lot.end(this.world.time, at);
    }
    this.#looks = false;
  }
}

/** The messages of one batch. */
export class Lot {
  readonly #answers = new Heap<undefined>();
  readonly #portions: number[] = [];
  #ended = 0;
  #done = 0;
  #out: number;
  toSend: number;
  since = 0;
  lastAt = 0;
  /** Opened by the end of a portion; another takes its place. */
  portion = new Gate();

  constructor(size: number) {
    this.#out = this.toSend = size;
  }

  get isOver(): boolean {
    return this.#out === 0 && this.#portions.length === 0;
  }

  sent(answeredAt: number): void {
    this.toSend -= 1;
    this.lastAt = Math.max(this.lastAt, answeredAt);
    this.#answers.push(answeredAt, undefined);
  }

  known(at: number): Waiting {
    while (this.#answers.least <= at) {
      this.#answers.pop();
      this.#done += 1;
    }
    return { millis: at - this.since, ended: this.#ended, done: this.#done };
  }

  end(time: Timeline, at: number): void {
    const { done } = this.known(at);
    this.#portions.push(done);
    [this.#done, this.since] = [0, at];
    this.#ended += 1;
    this.#out -= done;
    const ended = this.portion;
    this.portion = new Gate();
    time.open(ended);
  }

  /** @returns the answers of a portion that ended; undefined: wait for the next */
  take(): number | undefined {
    return this.#portions.shift();
  }
}

function pick(shares: readonly number[], dice: Dice): number {
  let left = dice.throw();
  const found = shares.findIndex((share) => (left -= share) < 0);
  return Math.max(0, found);
}
