import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Viewer } from '../../identity/access.js';
import { ReviewFilters } from '../../incidents/review/filters.service.js';
import { RateLimited } from '../../platform/errors.js';
import { LOGGER } from '../../platform/tokens.js';
import { fileName } from './export-manifest.js';
import { ExportBytes, type Reading } from './export-bytes.service.js';
import { ExportRecord, type Asked } from './export-record.service.js';
import type { ExportRow } from './export.entity.js';
import { handedOver } from './handed-over.js';

/** Each holds a connection of the sixteen that a process has. */
const MOST_AT_ONCE = 4;

const NOTHING = { bytes: 0, sha256: createHash('sha256').digest('hex') };

/** What is sent at once to whoever asked. */
export interface ExportStream {
  id: string;
  fileName: string;
  bytes: AsyncGenerator<Buffer, void, undefined>;
}

/** Exports that are sent as they are read. */
@Injectable()
export class ExportStreams {
  private open = 0;

  constructor(
    private readonly filters: ReviewFilters,
    private readonly record: ExportRecord,
    private readonly reader: ExportBytes,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** On record before it answers. @throws BadInput, RateLimited */
  async begin(viewer: Viewer, asked: Asked): Promise<ExportStream> {
    const filter = await this.filters.ready(asked.filter);
    if (this.open >= MOST_AT_ONCE)
      throw new RateLimited(
        `${MOST_AT_ONCE} exports are being sent already: wait for one to end, or use startExport.`,
      );
    this.open++;
    try {
      const run = await this.record.begin('STREAM', viewer, asked);
      const reading = await this.reader.open(run, filter);
      const { synthetic } = reading.outline;
      const outlined = { ...run, synthetic };
      await this.record.outlined(run, reading.outline).catch(async (error: unknown) => {
        await reading.close();
        throw error;
      });
      const name = fileName({ ...outlined, askedAt: run.askedAt.toISOString() });
      return { id: run.id, fileName: name, bytes: await this.begun(outlined, reading) };
    } catch (error) {
      this.open--;
      throw error;
    }
  }

  /** Begun, for what was not does not hear that whoever asked is gone, and would hold on to all it has. */
  private async begun(run: ExportRow, reading: Reading) {
    const bytes = this.sent(run, reading);
    await bytes.next();
    return bytes;
  }

  /** Behind an empty piece, with which it begins. */
  private async *sent(run: ExportRow, reading: Reading): AsyncGenerator<Buffer, void, undefined> {
    let taken = false;
    try {
      yield Buffer.alloc(0);
      taken = true;
      yield* handedOver(reading.bytes, {
        whole: (all) => this.record.finished(run, reading.rows(), all),
        broken: (until) => this.record.brokenOff(run, reading.rows(), until),
      });
    } catch (error) {
      this.logger.error({ err: error }, 'an export broke off');
      throw error;
    } finally {
      this.open--;
      await reading.close();
      if (!taken) await this.record.brokenOff(run, 0, NOTHING);
    }
  }
}
