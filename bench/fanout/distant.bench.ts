import type { Bench, BenchOptions } from '../support/bench.js';
import { machine } from '../support/machine.js';
import { isMet, summary, type Result } from '../support/result.js';
import { nodeSink } from '../sink/node-sink.js';
import { measuresOf, ratiosOf, sideBySide } from './fanout.bench.js';

/** As push services answer that are elsewhere; the median. */
const ANSWER_AFTER_MS = 80;

export const distant: Bench = {
  name: 'distant',
  what: `the same, while the push service takes ${ANSWER_AFTER_MS} ms to answer`,
  size: 4_000,
  run,
};

async function run(options: BenchOptions): Promise<Result> {
  const sink = await nodeSink(
    `a small one of our own; answers after ${ANSWER_AFTER_MS} ms, 1 in 100 after 320 ms, 128 requests at once on a connection`,
    ANSWER_AFTER_MS,
  );
  options.undo.push(() => sink.stop());
  const { measures } = await sideBySide(options, sink);
  const [campana, webPush, ceiling] = measuresOf(measures);
  const ratios = ratiosOf(campana, webPush, ceiling);
  return {
    ...{ bench: 'distant', rounds: options.rounds, items: options.size },
    campana: summary(campana),
    peers: { 'web-push': summary(webPush), ceiling: summary(ceiling) },
    ratios,
    met: {
      'at least twice the pushes per second of web-push': isMet({
        ratio: ratios['pushes per second, of web-push'],
        atLeast: 2,
      }),
      'at least 0.8 of the ceiling': isMet({
        ratio: ratios['pushes per second, of the ceiling'],
        atLeast: 0.8,
      }),
    },
    notes: [`sink: ${sink.kind}`, machine()],
  };
}
