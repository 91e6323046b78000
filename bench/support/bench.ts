import type { Undo } from '../../test/support/run-and-stop.js';
import type { Progress } from './progress.js';
import type { Result } from './result.js';

export interface BenchOptions {
  /** Items: devices, subscriptions, rows … as the benchmark says. */
  size: number;
  rounds: number;
  progress: Progress;
  /** Done in reverse at the end, however it ends. */
  undo: Undo;
}

export interface Bench {
  name: string;
  what: string;
  /** Unless `--size` says otherwise. */
  size: number;
  run(options: BenchOptions): Promise<Result>;
}
