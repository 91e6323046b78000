import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Measure } from './result.js';
import { cpuMicros, forgetPeak, peakMb } from './usage.js';

/** A contestant in a process of its own, so that nobody pays for what another left behind. */
export class Peer {
  private constructor(private readonly child: ChildProcess) {}

  /** @param program compiled, relative to the project; it calls {@link serveRounds} */
  static async start(program: string, setup: object, env: object = {}): Promise<Peer> {
    const child = fork(program, [], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.send(setup);
    await answerOf(child);
    return new Peer(child);
  }

  async round(): Promise<Measure> {
    const pid = this.child.pid!;
    forgetPeak(pid);
    const before = cpuMicros(pid);
    const started = performance.now();
    this.child.send('go');
    const { items, seconds } = (await answerOf(this.child)) as { items: number; seconds?: number };
    return {
      items,
      seconds: seconds ?? (performance.now() - started) / 1_000,
      cpuMicros: cpuMicros(pid) - before,
      peakMb: peakMb(pid),
    };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a contestant ended with status ${code}`);
  });
  ended.catch(() => undefined);
  const [answer] = await Promise.race([once(child, 'message'), ended]);
  return answer;
}

/**
 * The other side: takes the setup, then does a round whenever it is told.
 * @param prepare what a round needs, made once
 */
export function serveRounds<S>(
  prepare: (setup: S) => Promise<() => Promise<{ items: number; seconds?: number }>>,
): void {
  process.once('message', (setup) => {
    void prepare(setup as S).then((round) => {
      process.on('message', () => void round().then((done) => process.send!(done)));
      process.send!('ready');
    });
  });
}
