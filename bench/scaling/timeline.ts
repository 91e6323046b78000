import { Heap } from './heap.js';

/** Something that goes on in the simulation: it yields the time, or the gate, at which it resumes. */
export type Process = Generator<number | Gate, void, number>;

/** A part of a process. */
export type Step<T> = Generator<number | Gate, T, number>;

/** Where processes wait until something has happened. */
export class Gate {
  readonly waiting: Process[] = [];
  openedAt: number | undefined;
}

/** Runs processes in the order of time, in ms. */
export class Timeline {
  readonly #due = new Heap<Process>();
  now = 0;

  start(process: Process): void {
    this.#due.push(this.now, process);
  }

  /** Whoever waits, or comes later, goes on. */
  open(gate: Gate): void {
    if (gate.openedAt !== undefined) return;
    gate.openedAt = this.now;
    for (const process of gate.waiting.splice(0)) this.start(process);
  }

  /** Until nothing is due any more. */
  run(): void {
    for (let next = this.#due.pop(); next; next = this.#due.pop()) {
      this.now = next.key;
      const { value, done } = next.value.next(this.now);
      if (done) continue;
      if (typeof value === 'number') this.#due.push(Math.max(value, this.now), next.value);
      else if (value.openedAt !== undefined) this.#due.push(this.now, next.value);
      else value.waiting.push(next.value);
    }
  }
}

/** So many at once; the others in the order in which they came. */
export class Permits {
  readonly #waiting: Gate[] = [];

  constructor(private free: number) {}

  *take(): Step<void> {
    if (this.free > 0) this.free -= 1;
    else {
      const gate = new Gate();
      this.#waiting.push(gate);
      yield gate;
    }
  }

  give(time: Timeline): void {
    const next = this.#waiting.shift();
    if (next) time.open(next);
    else this.free += 1;
  }
}
