import { explain } from '../../src/platform/explain.js';

/** What stops what was started, in the order of starting. */
export type Undo = (() => Promise<unknown>)[];

/** What is being started when it is interrupted has so long to be there. */
const PATIENCE_MS = 10_000;

/**
 * Runs a command that starts servers, and stops them however it ends: interrupted, by an error that
 * nobody caught, or by what fails because they are stopped.
 * @param main answers the exit status; 2 when it throws
 */
export function runAndStop(main: () => Promise<number>, undo: Undo): void {
  let ending: Promise<never> | undefined;
  const undoAll = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step().catch(() => undefined);
  };
  const end = (status: number) => {
    ending ??= (async () => {
      await undoAll();
      const patience = new Promise((resume) => setTimeout(resume, PATIENCE_MS));
      await Promise.race([running.catch(() => undefined), patience]);
      await undoAll();
      process.exit(status);
    })();
  };
  const fail = (error: unknown) => {
    if (ending) return;
    explain(error);
    end(2);
  };
  const running = main();
  running.then(end, fail);
  process.on('uncaughtException', fail);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(130));
}
