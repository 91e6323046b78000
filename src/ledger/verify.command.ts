import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { UsageError, runCommand } from '../platform/command.js';
import type { Config } from '../platform/config.js';
import { explain } from '../platform/explain.js';
import { publicKeysOf, type PublicKeys } from '../platform/public-keys.js';
import { EXIT_STATUS, type Verdict } from './chain.js';
import {
  UnreadableCheckpoint,
  checkpointOf,
  readCheckpoints,
  trustIn,
  type Checkpoint,
  type Trust,
} from './checkpoint.js';
import { LEDGER_ENTITIES } from './ledger-entry.entity.js';
import { VerificationStore } from './verification.store.js';

const USAGE = `Usage: npm run ledger:verify [-- --checkpoint FILE [--keys FILE]]

Computes every hash of the ledger again, in one snapshot, while the service runs or not.

  --checkpoint FILE  a signed checkpoint, or many of them one a line, kept outside of the database:
                     the ledger must be the one it was made of, grown or not
  --keys FILE        the published keys, saved from /.well-known/campana-keys.json; without it,
                     the keys of this installation
  --help             shows this

Exit status: 0 nothing was changed, 10 nothing was changed and values were removed, 20 something was
altered, 30 entries are gone or it is another ledger than the checkpoint's, 40 the checkpoint cannot
be trusted, 2 could not look.`;

const WORDS: { [K in Verdict['kind']]: (verdict: Extract<Verdict, { kind: K }>) => string } = {
  ok: ({ size }) => `ok: ${size} entries, every hash holds`,
  redacted: ({ size, redactions, unaccounted }) =>
    `redacted: ${size} entries, every hash holds, ${redactions} value(s) were expunged` +
    (unaccounted > 0 ? `, ${unaccounted} of them without an entry that says so` : ''),
  altered: ({ seq, what }) => `altered at entry ${seq}: ${what}`,
  truncated: ({ seq, what }) => `truncated at entry ${seq}: ${what}`,
  forked: ({ seq, what }) => `forked at entry ${seq}: ${what}`,
  'bad-anchor': ({ what }) => `bad anchor: ${what}`,
};

const DISTRUST: Record<Exclude<Trust, 'ok'>, string> = {
  'unknown-key': 'it is signed with a key that is not among the known ones',
  'wrong-signature': 'its signature is not over what it says',
};

interface Given {
  checkpoint?: string;
  keys?: string;
}

class BadAnchor extends Error {}

async function main(given: Given): Promise<void> {
  await runCommand(LEDGER_ENTITIES, async ({ database, config }) => {
    const verdict = await anchorsOf(given, config).then(
      (anchors) => new VerificationStore(database, config.keyring).verify(anchors),
      (error: unknown): Verdict => {
        if (!(error instanceof BadAnchor)) throw error;
        return { kind: 'bad-anchor', what: error.message };
      },
    );
    process.stdout.write(`${(WORDS[verdict.kind] as (v: Verdict) => string)(verdict)}\n`);
    return EXIT_STATUS[verdict.kind];
  });
}

/** @throws BadAnchor unless every one is readable and signed with a key that is known. */
async function anchorsOf(given: Given, config: Config): Promise<Checkpoint[]> {
  if (given.checkpoint === undefined) return [];
  const keys = given.keys
    ? await keysIn(given.keys)
    : publicKeysOf({ keys: config.signing.publicKeys })!;
  const text = await readFile(given.checkpoint, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new BadAnchor(`it cannot be read: ${error.code}`);
  });
  try {
    return readCheckpoints(text).map((published) => {
      const trust = trustIn(published, keys);
      if (trust !== 'ok') throw new BadAnchor(DISTRUST[trust]);
      return checkpointOf(published);
    });
  } catch (error) {
    if (!(error instanceof UnreadableCheckpoint)) throw error;
    throw new BadAnchor(`it is no checkpoint: ${error.message}`);
  }
}

/** @throws UsageError */
async function keysIn(file: string): Promise<PublicKeys> {
  try {
    const keys = publicKeysOf(JSON.parse(await readFile(file, 'utf8')));
    if (keys) return keys;
  } catch {
    // said below
  }
  throw new UsageError(`${file} holds no published keys: they are a JWK Set, {"keys":[…]}.`);
}

/** @throws UsageError */
function readArguments(args: string[]): Given | 'help' {
  try {
    const { values } = parseArgs({
      args,
      options: {
        checkpoint: { type: 'string' },
        keys: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values.help ? 'help' : values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

try {
  const given = readArguments(process.argv.slice(2));
  if (given === 'help') process.stdout.write(`${USAGE}\n`);
  else await main(given);
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
