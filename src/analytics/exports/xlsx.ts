import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { dictionaryRows } from './dictionary.js';
import type { ExportRow } from './export-row.js';
import {
  MOST_ROWS,
  ROOT_RELATIONS,
  SHEET_END,
  STYLES_XML,
  contentTypes,
  rowXml,
  sheetStart,
  workbookRelations,
  workbookXml,
} from './sheet-xml.js';
import type { Table, Writer } from './table.js';

const INCIDENTS = 'Incidents';

/**
 * A workbook (ECMA-376): a sheet of incidents, further ones where they do not fit into one, and the
 * data dictionary. Rows are written into the archive as they are read.
 */
export const writeXlsx: Writer = (table) => workbook(table, MOST_ROWS);

/** @param most rows of a sheet, heads included. */
export async function* workbook(
  table: Table,
  most: number,
): AsyncGenerator<Buffer, void, undefined> {
  const rows = new Rows(table.rows);
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  let current: Readable | undefined;
  const names: string[] = [];
  const addSheet = (): void => {
    names.push(names.length === 0 ? INCIDENTS : `${INCIDENTS} ${names.length + 1}`);
    current = Readable.from(sheet(table, rows, most), { objectMode: false });
    current.once('end', () => (rows.hasMore ? addSheet() : finish(zip, table, names)));
    current.on('error', (error) => output.destroy(error));
    zip.addReadStream(current, `xl/worksheets/sheet${names.length}.xml`);
  };
  try {
    addSheet();
    for await (const chunk of output) yield chunk as Buffer;
  } finally {
    current?.destroy();
    await rows.close();
  }
}

function finish(zip: ZipFile, { columns }: Table, names: string[]): void {
  const add = (path: string, text: string) => zip.addBuffer(Buffer.from(text), path);
  const lines = dictionaryRows(columns).map((cells, index) =>
    rowXml(cells, index + 1, index === 0 ? 'head' : 'text'),
  );
  names.push('Dictionary');
  add(`xl/worksheets/sheet${names.length}.xml`, sheetStart(1) + lines.join('') + SHEET_END);
  add('xl/workbook.xml', workbookXml(names));
  add('xl/_rels/workbook.xml.rels', workbookRelations(names.length));
  add('xl/styles.xml', STYLES_XML);
  add('_rels/.rels', ROOT_RELATIONS);
  add('[Content_Types].xml', contentTypes(names.length));
  zip.end();
}

async function* sheet({ columns, hxl }: Table, rows: Rows, most: number): AsyncGenerator<Buffer> {
  const types = columns.map(({ type }) => type);
  const heads = [columns.map(({ name }) => name), ...(hxl ? [columns.map((one) => one.hxl)] : [])];
  const head = heads.map((cells, index) => rowXml(cells, index + 1, 'head'));
  yield Buffer.from(sheetStart(heads.length) + head.join(''));
  for (let number = heads.length + 1; number <= most && rows.hasMore;) {
    const batch = await rows.take(most - number + 1);
    const lines = batch.map((row, index) =>
      rowXml(
        columns.map((column) => column.value(row)),
        number + index,
        types,
      ),
    );
    number += batch.length;
    yield Buffer.from(lines.join(''));
  }
  yield Buffer.from(SHEET_END);
}

/** Rows as they come, of which a sheet takes what fits into it. */
class Rows {
  hasMore = true;
  private readonly source: AsyncIterator<readonly ExportRow[]>;
  private waiting: readonly ExportRow[] = [];

  constructor(batches: AsyncIterable<readonly ExportRow[]>) {
    this.source = batches[Symbol.asyncIterator]();
  }

  /** At most so many; none where there are no more. */
  async take(most: number): Promise<readonly ExportRow[]> {
    if (this.waiting.length === 0) this.waiting = await this.next();
    const taken = this.waiting.slice(0, most);
    this.waiting = this.waiting.slice(most);
    // Looked for now, so that no sheet is begun for nothing.
    if (this.waiting.length === 0) this.waiting = await this.next();
    this.hasMore = this.waiting.length > 0;
    return taken;
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }

  private async next(): Promise<readonly ExportRow[]> {
    for (;;) {
      const { value, done } = await this.source.next();
      if (done) return [];
      if (value.length > 0) return value;
    }
  }
}
