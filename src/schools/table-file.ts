import { parse } from 'csv-parse';
import { createReadStream, type ReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { UsageError } from '../platform/command.js';
import { PipedLines } from './piped-lines.js';
import { MAX_ROW, type TableRow } from './table-row.js';

/** Which rows a file has. */
export type Table =
  | { delimiter: ',' }
  /** @property columns that are read, from 0: others may come as '' */
  | { delimiter: '|'; columns: readonly number[] };

/** Rows that arrived together; to be gone through once, before the next chunk is asked for. */
export interface TableChunk {
  rows: Iterable<TableRow>;
  /** Bytes of the file read so far. */
  bytes: number;
}

const HEAD_BYTES = 64 * 1024;
const CHUNK_BYTES = 256 * 1024;
const CSV_ROWS = 1_000;

/**
 * The beginning of a file, for telling its layout, and its size.
 * @throws UsageError when there is nothing there to read.
 */
export async function readHead(path: string): Promise<{ head: Buffer; bytes: number }> {
  try {
    const about = await stat(path);
    if (about.isDirectory()) throw new UsageError(`${path} is a directory, not a file.`);
    if (!about.isFile()) throw new UsageError(`${path} is not a regular file.`);
    if (about.size === 0) throw new UsageError(`${path}: the file is empty.`);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return { head: buffer.subarray(0, bytesRead), bytes: about.size };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UsageError(`${path}: no such file.`);
    if (code === 'EACCES' || code === 'EPERM')
      throw new UsageError(`${path}: no permission to read it.`);
    throw error;
  }
}

/**
 * Streams the rows of a file of UTF-8 text, byte order mark and CRLF tolerated. Between "|" nothing
 * is quoted; between commas, CSV as RFC 4180 has it.
 * @throws UsageError when a quote is never closed.
 */
export function readTable(path: string, table: Table): AsyncGenerator<TableChunk> {
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return table.delimiter === '|' ? pipedRows(stream, table.columns) : csvRows(stream);
}

/** Without quotes a line is a row, and cutting it is many times as fast as parsing it as CSV. */
async function* pipedRows(stream: ReadStream, columns: readonly number[]) {
  const lines = new PipedLines(columns);
  let bytes = 0;
  for await (const data of stream as AsyncIterable<Buffer>) {
    bytes += data.length;
    yield { rows: lines.take(data), bytes };
  }
  yield { rows: lines.end(), bytes };
}

async function* csvRows(stream: ReadStream): AsyncGenerator<TableChunk> {
  const parser = parse({
    bom: true,
    info: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW,
  });
  stream.on('error', (error) => parser.destroy(error));
  let rows: TableRow[] = [];
  try {
    for await (const { record, info } of stream.pipe(parser) as AsyncIterable<CsvRow>) {
      rows.push({ line: info.lines, cells: record, plain: false });
      if (rows.length === CSV_ROWS) {
        yield { rows, bytes: info.bytes };
        rows = [];
      }
    }
  } catch (error) {
    throw explained(error);
  } finally {
    stream.destroy();
  }
  yield { rows, bytes: stream.bytesRead };
}

interface CsvRow {
  record: string[];
  info: { lines: number; bytes: number };
}

/** The two errors that the tolerant settings leave: both mean that the rest cannot be trusted. */
function explained(error: unknown): unknown {
  const { code, lines } = error as { code?: string; lines?: number };
  if (code !== 'CSV_QUOTE_NOT_CLOSED' && code !== 'CSV_MAX_RECORD_SIZE') return error;
  return new UsageError(
    `A quotation mark is opened near line ${lines} and not closed where a row ends: nothing was imported.`,
  );
}
