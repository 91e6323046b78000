import Sequencer from '@jest/test-sequencer';
import { relative, sep } from 'node:path';

/** Seconds of those that take long, on two cores. */
const LONG = {
  'test/export-memory.spec.ts': 60,
  'test/durability.spec.ts': 50,
  'test/many-machines.spec.ts': 50,
  'test/outcomes.spec.ts': 40,
  'test/kills.spec.ts': 35,
  'test/bad-input.spec.ts': 35,
  'test/start.spec.ts': 34,
  'test/policy-import.spec.ts': 25,
  'test/privacy.spec.ts': 18,
  'src/schools/plain-rows.spec.ts': 15,
  'test/merging.spec.ts': 15,
  'src/evidence/pdf-work.spec.ts': 14,
  'test/schools.spec.ts': 14,
  'test/resource-import.spec.ts': 14,
  'test/checkpoints.spec.ts': 12,
  'src/analytics/publication/suppression.spec.ts': 12,
  'test/dispatch-queue.spec.ts': 11,
  'test/export-files.spec.ts': 11,
  'test/lapsing.spec.ts': 11,
  'test/random-sequences.spec.ts': 11,
  'test/evidence.spec.ts': 10,
  'test/signatures.spec.ts': 10,
  'test/evidence-copies.spec.ts': 10,
  'src/alerts/messages.property.spec.ts': 9,
  'test/corroboration.spec.ts': 9,
  'test/ledger.spec.ts': 8,
  'test/seed-history.spec.ts': 8,
  'test/pause-races.spec.ts': 8,
  'test/review.spec.ts': 8,
  'test/statistics.spec.ts': 8,
  'test/wide-alerts.spec.ts': 7,
  'src/incidents/gate.property.spec.ts': 6,
};
/** One that starts the service, and one that does not. */
const WITH_SERVICE = 3;
const WITHOUT = 0.5;

/**
 * Starts first what takes longest, so that no worker is idle while another goes on at the end. Jest does so
 * itself where it remembers an earlier run; in a new clone it goes by the size of the files.
 */
export default class LongestFirst extends Sequencer {
  time(test) {
    const path = relative(test.context.config.rootDir, test.path).split(sep).join('/');
    const seconds = LONG[path] ?? (path.startsWith('test/') ? WITH_SERVICE : WITHOUT);
    return super.time(test) ?? seconds * 1_000;
  }
}
