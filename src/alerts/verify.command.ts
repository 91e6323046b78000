import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { UsageError, explain } from '../platform/explain.js';
import { Clock } from '../platform/clock.js';
import { processEnvironment } from '../platform/env.js';
import { secretsOnDisk } from '../platform/secrets.js';
import { SigningKeys } from '../platform/signing-keys.js';
import { UnreadableCopies, readCopies, type Copies } from './signed-copies.js';
import {
  EXIT_STATUS,
  publicKeysOf,
  verifyPayload,
  type PublicKeys,
  type SignedPayload,
  type Verdict,
} from './signature.js';

const USAGE = `Usage: npm run alert:verify -- FILE [--keys FILE]

Says of each message in a file whether the network signed it, in exactly these words, and whether its
time is over; whether it was corrected since, only the network can tell. It needs no database and no
network. The file holds JSON (a message as phones get it, several in an array, or a
socket's event), a CAP file, or a feed in Atom or GeoJSON.

  --keys FILE   the published keys, saved from /.well-known/campana-keys.json; without it, the
                keys of this installation: SIGNING_KEYS, or DATA_DIR/secrets.json
  --help        shows this

Exit status: 0 all were signed so, 20 one is altered or not signed, 40 one is signed with another
key, or there are no keys, 2 could not look.`;

const WORDS: { [K in Verdict['kind']]: (verdict: Extract<Verdict, { kind: K }>) => string } = {
  ok: ({ keyId }) => `verified: signed in these words with the key ${keyId}`,
  unsigned: () => 'not signed: nothing shows that the network issued it',
  altered: () => 'altered: these are not the words that were signed',
  'unknown-key': ({ keyId }) =>
    `unknown key: ${keyId} is not among the keys, so nothing shows that the network issued it`,
};

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2));
  if (given === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { messages, unsigned } = await copiesIn(given.file);
  const keys = given.keysFile === undefined ? await ownKeys() : await publishedKeys(given.keysFile);
  if (keys.size === 0) {
    process.stderr.write(
      'There are no keys to check with. Save /.well-known/campana-keys.json from the network ' +
        'and give it as --keys FILE.\n',
    );
    return EXIT_STATUS['unknown-key'];
  }
  const statuses = new Set<number>(messages.map((copy) => judge(copy, keys)));
  if (unsigned && statuses.has(0))
    process.stdout.write(`Not signed, so that it may have been changed on the way: ${unsigned}.\n`);
  return [20, 40].find((status) => statuses.has(status)) ?? 0;
}

/** Prints what is found of one message; answers its exit status. */
function judge(copy: SignedPayload, keys: PublicKeys): number {
  const verdict = verifyPayload(copy, keys);
  process.stdout.write(`${labelOf(copy)}\n  ${(WORDS[verdict.kind] as Say)(verdict)}\n`);
  if (verdict.kind === 'ok' && isOver(copy))
    process.stdout.write(`  it is over since ${String(copy.expires)}\n`);
  return EXIT_STATUS[verdict.kind];
}

/** A copy from another day is as well signed as one of today. */
const isOver = ({ expires }: SignedPayload): boolean =>
  Date.parse(String(expires)) <= new Clock().now().getTime();

type Say = (verdict: Verdict) => string;

/** @throws UsageError */
function readArguments(args: string[]): { file: string; keysFile?: string } | 'help' {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { keys: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const [file, ...more] = positionals;
    if (values.help) return 'help';
    if (file === undefined) throw new Error('Which file?');
    if (more.length > 0) throw new Error('One file at a time.');
    return { file, keysFile: values.keys };
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function copiesIn(file: string): Promise<Copies> {
  try {
    return readCopies(await textOf(file));
  } catch (error) {
    if (!(error instanceof UnreadableCopies)) throw error;
    throw new UsageError(`${file} cannot be checked. ${error.message}`);
  }
}

async function publishedKeys(file: string): Promise<PublicKeys> {
  const text = await textOf(file);
  try {
    const keys = publicKeysOf(JSON.parse(text));
    if (keys) return keys;
  } catch {
    // said below
  }
  throw new UsageError(`${file} holds no published keys: they are a JWK Set, {"keys":[…]}.`);
}

/** This installation's own, none if it has none yet. Makes nothing. */
async function ownKeys(): Promise<PublicKeys> {
  const { secrets, dataDir } = processEnvironment();
  const SIGNING_KEYS = secrets.SIGNING_KEYS ?? (await storedKeys(dataDir));
  const published = SIGNING_KEYS ? SigningKeys.from({ SIGNING_KEYS }).publicKeys : [];
  return publicKeysOf({ keys: published })!;
}

async function storedKeys(dataDir: string): Promise<string | undefined> {
  try {
    return (await secretsOnDisk(dataDir)).SIGNING_KEYS;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Which message it is. Whoever altered it may have written anything: one line, no control characters. */
const labelOf = ({ id, locale, headline }: SignedPayload): string =>
  [shown(id, 'no id'), shown(locale, 'no locale'), shown(headline, 'no headline')].join(' · ');

const shown = (value: unknown, otherwise: string): string =>
  (typeof value === 'string' &&
    value
      .slice(0, 200)
      .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()) ||
  `(${otherwise})`;

try {
  process.exitCode = await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
