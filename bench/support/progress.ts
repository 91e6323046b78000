import { Presets, SingleBar } from 'cli-progress';

/** How far a benchmark is, on stderr: stdout is for its result. */
export interface Progress {
  start(steps: number): void;
  say(doing: string): void;
  step(): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a line for each thing that is begun. */
export function progressOf(bench: string): Progress {
  if (!process.stderr.isTTY) return plain(bench);
  const bar = new SingleBar(
    { format: `${bench} {bar} {value}/{total}  {doing}`, stream: process.stderr, fps: 4 },
    Presets.shades_classic,
  );
  return {
    start: (steps) => bar.start(steps, 0, { doing: '' }),
    say: (doing) => bar.update({ doing }),
    step: () => bar.increment(),
    stop: () => bar.stop(),
  };
}

function plain(bench: string): Progress {
  let steps = 0;
  let done = 0;
  return {
    start(count) {
      steps = count;
      done = 0;
    },
    say: (doing) => void process.stderr.write(`${bench} ${done}/${steps}  ${doing}\n`),
    step: () => void done++,
    stop: () => undefined,
  };
}
