import { runCommand } from '../platform/command.js';
import { EXIT_STATUS, type Verdict } from './chain.js';
import { LEDGER_ENTITIES } from './ledger-entry.entity.js';
import { VerificationStore } from './verification.store.js';

const WORDS: { [K in Verdict['kind']]: (verdict: Extract<Verdict, { kind: K }>) => string } = {
  ok: ({ size }) => `ok: ${size} entries, every hash holds`,
  redacted: ({ size, redactions }) =>
    `redacted: ${size} entries, every hash holds, ${redactions} value(s) were expunged`,
  altered: ({ seq, what }) => `altered at entry ${seq}: ${what}`,
  truncated: ({ seq, what }) => `truncated at entry ${seq}: ${what}`,
};

await runCommand(LEDGER_ENTITIES, async ({ database, config }) => {
  const verdict = await new VerificationStore(database, config.keyring).verify();
  process.stdout.write(`${(WORDS[verdict.kind] as (v: Verdict) => string)(verdict)}\n`);
  return EXIT_STATUS[verdict.kind];
});
