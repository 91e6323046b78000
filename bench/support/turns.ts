import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';

/** sched(7): before whatever else wants a processor, or only on what nothing else wants. */
const POLICIES = { first: ['--fifo', '1'], last: ['--idle', '0'] } as const;
type Turn = keyof typeof POLICIES;

/**
 * What measures, and what stands for another machine, must not wait for the processors of what is
 * measured, nor have it wait for theirs.
 * @param process all of its threads
 * @returns false where the system does not let us, or has no `chrt` (util-linux)
 */
export const setTurn = (process: number, turn: Turn): boolean =>
  hasSet(turn, ['--all-tasks'], () => process);

/** The same of the calling thread alone. */
export const setOwnTurn = (turn: Turn): boolean =>
  hasSet(turn, [], () => readlinkSync('/proc/thread-self').split('/').at(-1)!);

function hasSet(turn: Turn, options: string[], id: () => number | string): boolean {
  const [policy, priority] = POLICIES[turn];
  try {
    execFileSync('chrt', [policy, ...options, '--pid', priority, String(id())], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
