import { parseArgs } from 'node:util';
import { LEDGER_ENTITIES, LedgerStore } from '../ledger/ledger.store.js';
import { Clock } from '../platform/clock.js';
import { UsageError, explain, runCommand } from '../platform/command.js';
import { SCHOOL_ENTITIES } from './district.entity.js';
import { ImportStore } from './import.store.js';
import { PoliciesStore } from './policies.store.js';
import { PolicyRow } from './policy.entity.js';
import { POLICY_KINDS } from './policy.js';
import {
  BadPolicyLines,
  MAX_POLICY_ROWS,
  importPolicies,
  openPolicyFile,
  type PolicyImportSummary,
} from './policy-import.js';

const USAGE = `Usage: npm run policies:import -- FILE

Brings the policies of districts up to date with a CSV (UTF-8, RFC 4180). Its first line names these
columns, in any order, and whatever else:

  LEAID             the district: 7 digits, of a district whose schools were imported
  KIND              ${POLICY_KINDS.slice(0, 3).join(', ')},
                    ${POLICY_KINDS.slice(3, 5).join(', ')},
                    ${POLICY_KINDS.slice(5).join(' or ')}
  EFFECTIVE_FROM    the first day it holds, as 2026-09-30
  EFFECTIVE_UNTIL   the last day it holds; blank: until further notice
  SOURCE_URL        where the document is: a public https address
  SOURCE_SHA256     SHA-256 of the document, as sha256sum prints it

  --help            shows this

LEAID, KIND and EFFECTIVE_FROM say which policy a row is. One that is there already and differs is
corrected, and its earlier version kept; one that is there and not in the file stays. Every change is
an entry in the ledger. A file that holds one bad line is refused: each is named with its column and
what would be right, and nothing is written. At most ${MAX_POLICY_ROWS.toLocaleString('en')} rows.
Exit status: 0 done, 2 refused.`;

/** @throws UsageError */
function readArguments(args: string[]): string | undefined {
  const { values, positionals } = parsed(args);
  if (values.help) return undefined;
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError(`Which file?\n\n${USAGE}`);
  if (more.length > 0) throw new UsageError(`One file at a time.\n\n${USAGE}`);
  return file;
}

function parsed(args: string[]) {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function report(summary: PolicyImportSummary): void {
  process.stdout.write(
    `policies: read ${summary.read}, new ${summary.new}, changed ${summary.changed}, ` +
      `unchanged ${summary.unchanged}\n`,
  );
}

/** One line each, as compilers write them. */
function refuse({ path, problems }: BadPolicyLines): number {
  const lines = problems.map(
    ({ line, column, message }) => `${path}:${line}: ${column} ${message}\n`,
  );
  const bad = new Set(problems.map(({ line }) => line)).size;
  process.stderr.write(`${lines.join('')}${bad} bad lines: nothing was written.\n`);
  return 2;
}

async function main(): Promise<void> {
  const path = readArguments(process.argv.slice(2));
  if (path === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const file = await openPolicyFile(path);
  const entities = [...SCHOOL_ENTITIES, PolicyRow, ...LEDGER_ENTITIES];
  await runCommand(entities, async ({ database, config }) => {
    const ledger = new LedgerStore(config);
    const stores = { policies: new PoliciesStore(), schools: new ImportStore(), ledger };
    try {
      report(await importPolicies(database, stores, file, new Clock().now()));
      return 0;
    } catch (error) {
      if (error instanceof BadPolicyLines) return refuse(error);
      throw error;
    }
  });
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
