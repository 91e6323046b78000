import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { UsageError } from '../platform/command.js';
import type { Database, Transaction } from '../platform/database.js';
import type { CellProblem } from './csv-columns.js';
import {
  planOf,
  type Dated,
  type DatedLine,
  type DatedPlan,
  type LineProblem,
  type Series,
  type Standing,
} from './dated-plan.js';
import { readHead, readTable } from './table-file.js';

/** While the ledger’s entries are written, nobody else’s are: about a third of a second for so many. */
export const MAX_IMPORT_ROWS = 10_000;

/** How one kind of dated thing is read from a CSV and written. */
export interface ImportKind<T extends Dated, Layout> {
  series: Series<T>;
  detect(this: void, head: Uint8Array): { layout: Layout } | { problem: string };
  /** One at a time, until the transaction ends. */
  lock(tx: Transaction): Promise<void>;
  /** Reads one row after another; called once for each file. */
  reader(
    tx: Transaction,
    layout: Layout,
  ): Promise<(cells: readonly string[]) => { text: T } | { problems: CellProblem[] }>;
  /** All that stand of the series of these. */
  standing(tx: Transaction, texts: readonly T[]): Promise<Standing<T>[]>;
  /** @param superseded ids whose last version gives way to one of `entered`. */
  write(
    tx: Transaction,
    written: { superseded: string[]; entered: Standing<T>[] },
    from: { importSha256: string; at: Date },
  ): Promise<void>;
}

interface OpenFile<Layout> {
  path: string;
  layout: Layout;
  sha256: string;
}

export interface ImportSummary {
  read: number;
  new: number;
  changed: number;
  unchanged: number;
}

/** Lines of a file that cannot be used: nothing of it was written. */
export class BadLines extends Error {
  /** @param problems in order of their lines. */
  constructor(
    readonly path: string,
    readonly problems: readonly LineProblem[],
  ) {
    super(`${path}: ${problems.length} problems`);
  }
}

/** @throws UsageError when there is no such file, or it is none of this kind. */
export async function openImport<T extends Dated, Layout>(
  path: string,
  { detect }: Pick<ImportKind<T, Layout>, 'detect'>,
): Promise<OpenFile<Layout>> {
  const { head } = await readHead(path);
  const found = detect(head);
  if ('problem' in found) throw new UsageError(`${path}: ${found.problem}`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return { path, layout: found.layout, sha256: hash.digest('hex') };
}

/**
 * Brings what is known up to date with a file, in one transaction: all of it, or nothing. What is not in
 * the file stays.
 * @throws BadLines, UsageError
 */
export async function importDated<T extends Dated, Layout>(
  database: Database,
  kind: ImportKind<T, Layout>,
  file: OpenFile<Layout>,
  at: Date,
): Promise<ImportSummary> {
  return database.transaction(async (tx) => {
    await kind.lock(tx);
    const { lines, problems, read } = await readLines(tx, kind, file);
    const standing = await kind.standing(
      tx,
      lines.map(({ text }) => text),
    );
    const planned = planOf(lines, standing, kind.series);
    if ('problems' in planned) problems.push(...planned.problems);
    if (problems.length > 0 || 'problems' in planned)
      throw new BadLines(
        file.path,
        problems.sort((one, other) => one.line - other.line),
      );
    const { added, amended, unchanged } = planned.plan;
    const written = writtenBy(planned.plan);
    if (written.entered.length > 0)
      await kind.write(tx, written, { importSha256: file.sha256, at });
    return { read, new: added.length, changed: amended.length, unchanged };
  });
}

async function readLines<T extends Dated, Layout>(
  tx: Transaction,
  kind: ImportKind<T, Layout>,
  { path, layout }: OpenFile<Layout>,
) {
  const parse = await kind.reader(tx, layout);
  const lines: DatedLine<T>[] = [];
  const problems: LineProblem[] = [];
  let read = -1;
  for await (const { rows } of readTable(path, { delimiter: ',' })) {
    for (const { line, cells } of rows) {
      read += 1;
      // The header.
      if (read === 0) continue;
      if (read > MAX_IMPORT_ROWS)
        throw new UsageError(
          `${path}: more than ${MAX_IMPORT_ROWS.toLocaleString('en')} rows: split the file.`,
        );
      const parsed = parse(cells);
      if ('text' in parsed) lines.push({ line, text: parsed.text });
      else problems.push(...parsed.problems.map((problem) => ({ line, ...problem })));
    }
  }
  if (read < 1) throw new UsageError(`${path}: the file has no rows.`);
  return { lines, problems, read };
}

function writtenBy<T extends Dated>({ added, amended }: DatedPlan<T>) {
  const entered: Standing<T>[] = [
    ...added.map((text) => ({ ...text, id: randomUUID(), version: 1 })),
    ...amended.map(({ before, text }) => ({
      ...text,
      ...{ id: before.id, version: before.version + 1 },
    })),
  ];
  return { superseded: amended.map(({ before }) => before.id), entered };
}
