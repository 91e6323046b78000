import { LEDGER_ENTITIES, LedgerStore } from '../ledger/ledger.store.js';
import { Clock } from '../platform/clock.js';
import { explain, runCommand } from '../platform/command.js';
import { MAX_IMPORT_ROWS, importDated, openImport } from '../schools/dated-import.js';
import { fileArgument, reported } from '../schools/import-arguments.js';
import { resourceImport } from './resource-import.js';
import { detectResourceLayout } from './resource-row.js';
import { ResourceRow } from './resource.entity.js';
import { AUDIENCES } from './resource.js';
import { ResourcesStore } from './resources.store.js';

const USAGE = `Usage: npm run resources:import -- FILE

Brings the resources of the action kit up to date with a CSV (UTF-8, RFC 4180). Its first line names
these columns, in any order, and whatever else:

  TOPIC             what it is about, the same in every language and place: at-the-door
  AUDIENCE          ${AUDIENCES.join(', ')}
  LOCALE            the language, as BCP 47 writes it: es
  STATE             postal code of the state it holds in; blank: national, or of one district
  LEAID             the district it is for: 7 digits; blank: not of one district
  RANK              1 to 99: 1 comes first on a page
  TITLE, BODY       plain text; in the body, blank lines part paragraphs and "- " begins an item
  URL               where more can be read: https, without tracking parameters; blank: nowhere
  PUBLISHER         the organization whose words these are
  SOURCE_URL        where what was reviewed is; blank: nowhere
  SOURCE_DATE       when that was published or looked at, as 2026-09-30
  SOURCE_SHA256     SHA-256 of what was reviewed; blank: unknown
  COUNSEL_REVIEWED  true or false: whether a lawyer of the network has read it
  EFFECTIVE_FROM    the first day it holds
  EFFECTIVE_UNTIL   the last day it holds; blank: until further notice

  --help            shows this

TOPIC, AUDIENCE, LOCALE, STATE, LEAID and EFFECTIVE_FROM say which resource a row is. One that is there
already and differs is revised, and its earlier version kept; one that is there and not in the file
stays. Every change is an entry in the ledger. A file that holds one bad line is refused: each is named
with its column and what would be right, and nothing is written. At most ${MAX_IMPORT_ROWS.toLocaleString('en')} rows.
Exit status: 0 done, 2 refused.`;

async function main(): Promise<void> {
  const path = fileArgument(process.argv.slice(2), USAGE);
  if (path === undefined) return;
  const file = await openImport(path, { detect: detectResourceLayout });
  await runCommand([ResourceRow, ...LEDGER_ENTITIES], async ({ database, config }) => {
    const kind = resourceImport(new ResourcesStore(), new LedgerStore(config));
    return reported('resources', importDated(database, kind, file, new Clock().now()));
  });
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
