import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ToSink } from './sink-process.js';
import type { Arrival } from './tally.js';

type Question = ToSink extends infer Asked
  ? Asked extends ToSink
    ? Omit<Asked, 'id'>
    : never
  : never;

/**
 * A push service in a process of its own that takes all there is: it neither checks nor decrypts,
 * so that it takes part in a fan-out of tens of thousands without getting in its way.
 */
export class Sink {
  #ids = 0;
  readonly #asked = new Map<number, (answer: any) => void>();

  /** Takes the built program, as all processes of the tests do. */
  static async start(): Promise<Sink> {
    const child = fork('dist/test/support/sink-process.js', { serialization: 'advanced' });
    const [{ origin, caFile }] = (await once(child, 'message')) as [
      Pick<Sink, 'origin' | 'caFile'>,
    ];
    return new Sink(child, origin, caFile);
  }

  private constructor(
    private readonly child: ChildProcess,
    /** https://127.0.0.1:PORT */
    readonly origin: string,
    /** For NODE_EXTRA_CA_CERTS. */
    readonly caFile: string,
  ) {
    child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
      this.#asked.get(id)?.(answer);
      this.#asked.delete(id);
    });
  }

  /** What arrived, in order. */
  arrivals(): Promise<Arrival[]> {
    return this.#ask({ ask: 'arrivals' });
  }

  /** Resolves once so many different devices got something. @returns how many did by then */
  reached(devices: number): Promise<number> {
    return this.#ask({ ask: 'reached', devices });
  }

  /** Resolves once something of this sender came. */
  heardOf(sender: string): Promise<void> {
    return this.#ask({ ask: 'heardOf', sender });
  }

  /** Counts from nothing again. */
  forget(): Promise<void> {
    return this.#ask({ ask: 'forget' });
  }

  /** From now on each answer comes so much later, as from a push service far away. */
  delay(millis: number): Promise<void> {
    return this.#ask({ ask: 'delay', millis });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.disconnect();
    await exited;
  }

  #ask<T>(question: Question): Promise<T> {
    const id = this.#ids++;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.child.send({ id, ...question });
    });
  }
}
