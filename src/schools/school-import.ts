import { UsageError } from '../platform/command.js';
import type { Database } from '../platform/database.js';
import { detectDistrictLayout, parseDistrict } from './district-row.js';
import { ImportRun, type ImportSource, type ImportSummary } from './import-run.js';
import type { ImportStore } from './import.store.js';
import { detectLayout, type Layout } from './school-layout.js';
import { readHead, readTable, type Table } from './table-file.js';

export interface ImportOptions {
  file: string;
  /** CSV that names districts: LEAID, NAME, STATE. */
  districtsFile?: string | undefined;
  /** Import the schools of this state only; a postal code. */
  state?: string | undefined;
}

/**
 * Looks at the files before anything is opened for writing.
 * @throws UsageError when there is no such file, or it is of no known layout.
 */
export async function openImport(options: ImportOptions): Promise<ImportSource> {
  const { file, districtsFile, state } = options;
  const { head, bytes } = await readHead(file);
  const found = detectLayout(head);
  if ('problem' in found) throw new UsageError(`${file}: ${found.problem}`);
  const districts = districtsFile === undefined ? undefined : await openDistricts(districtsFile);
  return { file, bytes, layout: found.layout, districts, state };
}

async function openDistricts(file: string) {
  const found = detectDistrictLayout((await readHead(file)).head);
  if ('problem' in found) throw new UsageError(`${file}: ${found.problem}`);
  return { file, layout: found.layout };
}

/**
 * Brings schools and districts up to date with a file, in one transaction: all of it, or nothing.
 * Of rows that claim the same NCESSCH the first counts.
 * @param progress hears how many bytes of the file, and how many rows, are behind.
 * @throws UsageError when another import is under way, or no row can be used.
 */
export async function importSchools(
  database: Database,
  store: ImportStore,
  source: ImportSource,
  progress: (bytes: number, rows: number) => void = () => {},
): Promise<ImportSummary> {
  return database.transaction(async (tx) => {
    if (!(await store.begin(tx))) throw new UsageError('Another import is under way: try again.');
    const known = await store.schoolIds(tx);
    const indexes = known.size === 0 ? await store.setAsideIndexes(tx) : [];
    const run = new ImportRun(tx, store, source, known);
    try {
      await readSchools(source, run, progress);
      const summary = await run.finish();
      await store.makeIndexes(tx, indexes);
      return summary;
    } catch (error) {
      await run.abandon();
      throw error;
    }
  });
}

async function readSchools(
  source: ImportSource,
  run: ImportRun,
  progress: (bytes: number, rows: number) => void,
): Promise<void> {
  if (source.districts) await readDistricts(source.districts, run);
  let atHeader = source.layout.header;
  for await (const { rows, bytes } of readTable(source.file, tableOf(source.layout))) {
    for (const row of rows) {
      if (!atHeader) run.take(row);
      atHeader = false;
    }
    await run.writeFullBatches();
    progress(bytes, run.summary.read);
  }
}

async function readDistricts(
  { file, layout }: NonNullable<ImportSource['districts']>,
  run: ImportRun,
): Promise<void> {
  let atHeader = true;
  for await (const { rows } of readTable(file, { delimiter: ',' })) {
    for (const { line, cells } of rows) {
      if (!atHeader) run.nameDistrict(file, line, parseDistrict(cells, layout));
      atHeader = false;
    }
  }
}

function tableOf({ delimiter, at }: Layout): Table {
  const columns = Object.values(at).filter((column) => column !== undefined);
  return delimiter === ',' ? { delimiter } : { delimiter, columns };
}
