import { Injectable } from '@nestjs/common';
import type { ReadyFilter } from '../../incidents/review/filter-sql.js';
import { Database } from '../../platform/database.js';
import { columnsFor } from './columns.js';
import { writeCsv } from './csv.js';
import type { ExportRow as Run } from './export.entity.js';
import type { ExportFormat } from './export-request.js';
import type { ExportRow } from './export-row.js';
import { ExportRowsStore } from './export-rows.store.js';
import type { Outline } from './export-record.service.js';
import { writeGeojson } from './geojson.js';
import { writeNdjson } from './ndjson.js';
import type { Writer } from './table.js';
import { writeXlsx } from './xlsx.js';

const WRITERS: Record<ExportFormat, Writer> = {
  csv: writeCsv,
  ndjson: writeNdjson,
  geojson: writeGeojson,
  xlsx: writeXlsx,
};

/** An export as it is being read: one snapshot, held until it is closed. */
export interface Reading {
  outline: Outline;
  bytes: AsyncGenerator<Buffer, void, undefined>;
  /** Rows so far. */
  rows(): number;
  close(): Promise<void>;
}

/** Turns incidents into bytes, as fast as somebody takes them and no faster. */
@Injectable()
export class ExportBytes {
  constructor(
    private readonly database: Database,
    private readonly store: ExportRowsStore,
  ) {}

  /** @param onRows told after each batch how many there were so far. */
  async open(
    { format, hxl, role, releaseId }: Run,
    filter: ReadyFilter,
    onRows: (rows: number) => Promise<void> = async () => {},
  ): Promise<Reading> {
    const { tx, release } = await this.database.openSnapshot();
    let closed: Promise<void> | undefined;
    const close = () => (closed ??= release());
    try {
      const outline = await this.store.outline(tx, filter);
      let count = 0;
      const source = this.store.rows(tx, filter, releaseId !== null);
      const counted = async function* (): AsyncGenerator<ExportRow[]> {
        for await (const batch of source) {
          yield batch;
          count += batch.length;
          await onRows(count);
        }
      };
      const columns = columnsFor(role, releaseId !== null);
      const { synthetic } = outline;
      const bytes = WRITERS[format]({ columns, rows: counted(), hxl, synthetic });
      return { outline, bytes, rows: () => count, close };
    } catch (error) {
      await close();
      throw error;
    }
  }
}
