import { LEDGER_ENTITIES, LedgerStore } from '../ledger/ledger.store.js';
import { Clock } from '../platform/clock.js';
import { explain, runCommand } from '../platform/command.js';
import { MAX_IMPORT_ROWS, importDated, openImport } from './dated-import.js';
import { SCHOOL_ENTITIES } from './district.entity.js';
import { fileArgument, reported } from './import-arguments.js';
import { ImportStore } from './import.store.js';
import { PoliciesStore } from './policies.store.js';
import { policyImport } from './policy-import.js';
import { detectPolicyLayout } from './policy-row.js';
import { PolicyRow } from './policy.entity.js';
import { POLICY_KINDS } from './policy.js';

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
what would be right, and nothing is written. At most ${MAX_IMPORT_ROWS.toLocaleString('en')} rows.
Exit status: 0 done, 2 refused.`;

async function main(): Promise<void> {
  const path = fileArgument(process.argv.slice(2), USAGE);
  if (path === undefined) return;
  const file = await openImport(path, { detect: detectPolicyLayout });
  const entities = [...SCHOOL_ENTITIES, PolicyRow, ...LEDGER_ENTITIES];
  await runCommand(entities, async ({ database, config }) => {
    const ledger = new LedgerStore(config);
    const kind = policyImport({
      policies: new PoliciesStore(),
      schools: new ImportStore(),
      ledger,
    });
    return reported('policies', importDated(database, kind, file, new Clock().now()));
  });
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
