import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What the process of the families is told. */
export type Asked =
  | { kind: 'open'; url: string; auths: object[]; withinMs: number }
  | { kind: 'expect' }
  | { kind: 'told' }
  | { kind: 'drop' };

export interface Opened {
  /** From the first to begin to the last that watches. */
  seconds: number;
  failures: number;
  /** Different ones, a few. */
  reasons: string[];
}

export interface Told {
  /** When the last one heard it; ms since 1970. */
  lastAt: number;
  devices: number;
}

/** When all lose their connection at once, socket.io's client comes back within so many ms. */
const BACK_WITHIN_MS = 1_000;
const PATIENCE_MS = 300_000;

/** Connected families, in a process of their own. */
export class Families {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
    private readonly auths: object[],
  ) {}

  /** @param auths what each connects with */
  static start(url: string, auths: object[]): Families {
    const child = fork('dist/bench/sockets/families.process.js', [], { stdio: 'inherit' });
    return new Families(child, url, auths);
  }

  get count(): number {
    return this.auths.length;
  }

  /** All of them come, or those of some numbers. */
  open(from = 0, to = this.count): Promise<Opened> {
    const auths = this.auths.slice(from, to);
    return this.ask({ kind: 'open', url: this.url, auths, withinMs: BACK_WITHIN_MS });
  }

  /** The next messages are those of one alert. */
  async expect(): Promise<void> {
    await this.ask({ kind: 'expect' });
  }

  /** When every family has heard it. */
  told(): Promise<Told> {
    return this.ask({ kind: 'told' });
  }

  async drop(): Promise<void> {
    await this.ask({ kind: 'drop' });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }

  private async ask<T>(asked: Asked): Promise<T> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = once(this.child, 'message', { signal });
    this.child.send(asked);
    const [value] = await answer;
    return value as T;
  }
}
