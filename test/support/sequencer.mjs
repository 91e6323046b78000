import Sequencer from '@jest/test-sequencer';
import { relative, sep } from 'node:path';

/** Seconds of those that take long, on two cores. */
const LONG = {
  'test/outcomes.spec.ts': 60,
  'test/start.spec.ts': 60,
  'test/bad-input.spec.ts': 55,
  'test/durability.spec.ts': 50,
  'test/many-machines.spec.ts': 49,
  'test/export-memory.spec.ts': 44,
  'test/kills.spec.ts': 40,
  'test/policy-import.spec.ts': 27,
  'test/checkpoints.spec.ts': 26,
  'test/schools.spec.ts': 24,
  'test/lapsing.spec.ts': 22,
  'test/privacy.spec.ts': 21,
  'test/signatures.spec.ts': 21,
  'test/evidence.spec.ts': 19,
  'test/merging.spec.ts': 18,
  'src/evidence/pdf-work.spec.ts': 18,
  'test/evidence-copies.spec.ts': 18,
  'test/resource-import.spec.ts': 18,
  'test/wide-alerts.spec.ts': 17,
  'src/incidents/gate.property.spec.ts': 17,
  'test/corroboration.spec.ts': 17,
  'test/random-sequences.spec.ts': 17,
  'test/feeds.spec.ts': 16,
  'test/export-files.spec.ts': 15,
  'src/analytics/publication/suppression.spec.ts': 10,
  'src/alerts/messages.property.spec.ts': 10,
};
/** One that starts the service, and one that does not. */
const WITH_SERVICE = 8;
const WITHOUT = 1;

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
