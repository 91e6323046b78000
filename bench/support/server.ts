import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { runCleanLoad, type Load } from './load.js';
import type { Measure } from './result.js';
import type { Contestant } from './rounds.js';
import { cpuMicros, forgetPeak, peakMb } from './usage.js';

/** A contestant that answers requests, in a process of its own. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @param program compiled, relative to the project; it calls {@link serve} */
  static async start(program: string, setup: object, env: object = {}): Promise<Server> {
    const child = fork(program, [], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.send(setup);
    const [heard] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof heard !== 'string') throw new Error(`${program} ended before it served`);
    return new Server(child, heard);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Tells the program something that it answers. */
  async ask(message: object): Promise<unknown> {
    const answer = once(this.child, 'message');
    this.child.send(message);
    return (await answer)[0];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }
}

/** The other side. @param start listens, and answers where */
export function serve<S>(start: (setup: S) => Promise<string>): void {
  process.once('message', (setup) => {
    void start(setup as S).then((url) => process.send!(url));
  });
}

/** Asked the same load in each round. @param load made anew for each, not measured */
export function asked(
  name: string,
  pid: number,
  load: () => Load,
  more?: (measure: Measure) => Promise<Record<string, number>>,
): Contestant {
  let next: Load;
  return {
    name,
    async ready() {
      next = load();
    },
    async round() {
      forgetPeak(pid);
      const before = cpuMicros(pid);
      const { seconds } = await runCleanLoad(next);
      const measure = {
        items: next.requests,
        seconds,
        cpuMicros: cpuMicros(pid) - before,
        peakMb: peakMb(pid),
      };
      return { ...measure, ...(more && { more: await more(measure) }) };
    },
  };
}
