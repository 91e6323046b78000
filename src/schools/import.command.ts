import { SingleBar } from 'cli-progress';
import { parseArgs } from 'node:util';
import { UsageError, explain, runCommand } from '../platform/command.js';
import { SCHOOL_ENTITIES } from './district.entity.js';
import type { ImportSummary } from './import-run.js';
import { ImportStore } from './import.store.js';
import { importSchools, openImport, type ImportOptions } from './school-import.js';

const USAGE = `Usage: npm run schools:import -- FILE [--districts FILE] [--state FL]

Brings the schools up to date with a file of the National Center for Education Statistics:
the EDGE text file ("|", no header), EDGE-style CSV, or the HIFLD public schools CSV.

  --districts FILE   names the districts: a CSV with the columns LEAID, NAME and STATE
  --state FL         imports the schools of one state only
  --help             shows this

Rows that cannot be used are reported with their line and left out. Nothing is written unless
the whole file was read. Exit status: 0 done, 2 refused.`;

/** @throws UsageError */
function readArguments(args: string[]): ImportOptions | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError(`Which file?\n\n${USAGE}`);
  if (more.length > 0) throw new UsageError(`One file at a time.\n\n${USAGE}`);
  if (values.state !== undefined && !/^[A-Za-z]{2}$/.test(values.state))
    throw new UsageError('--state must be a two-letter postal code, such as FL.');
  return { file, districtsFile: values.districts, state: values.state?.toUpperCase() };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        districts: { type: 'string' },
        state: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** A bar on stderr while somebody watches, and nothing in a log. */
function progressBar(bytes: number) {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: 'schools [{bar}] {percentage}% · {rows} rows · {duration_formatted}',
    stream: process.stderr,
    hideCursor: true,
  });
  bar.start(bytes, 0, { rows: 0 });
  return {
    update: (done: number, rows: number) => bar.update(done, { rows }),
    stop: () => bar.stop(),
  };
}

function report(summary: ImportSummary, state: string | undefined): void {
  const { problems, skipped, districts } = summary;
  for (const { file, line, reason } of problems)
    process.stderr.write(`${file}:${line}: ${reason}\n`);
  const unsaid = skipped + districts.skipped - problems.length;
  if (unsaid > 0) process.stderr.write(`… and ${unsaid} more rows that were skipped\n`);
  const elsewhere = state === undefined ? '' : `, not in ${state} ${summary.elsewhere}`;
  process.stdout.write(
    `schools: read ${summary.read}, new ${summary.new}, changed ${summary.changed}, ` +
      `unchanged ${summary.unchanged}, skipped ${skipped}${elsewhere}\n` +
      `districts: new ${districts.new}, changed ${districts.changed}\n`,
  );
}

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const source = await openImport(options);
  await runCommand(SCHOOL_ENTITIES, async ({ database }) => {
    const bar = progressBar(source.bytes);
    try {
      const summary = await importSchools(database, new ImportStore(), source, bar.update);
      bar.stop();
      report(summary, source.state);
      return 0;
    } finally {
      bar.stop();
    }
  });
}

try {
  await main();
} catch (error) {
  explain(error);
  process.exitCode = 2;
}
