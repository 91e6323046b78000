import { Injectable } from '@nestjs/common';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Viewer } from '../../identity/access.js';
import { StaffService } from '../../identity/staff.service.js';
import { EXPORT } from '../../identity/roles.js';
import { ReviewFilters } from '../../incidents/review/filters.service.js';
import { Bus } from '../../platform/bus.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { Conflict, Forbidden, NotFound, RateLimited } from '../../platform/errors.js';
import { fileName } from './export-manifest.js';
import { ExportBytes, type Reading } from './export-bytes.service.js';
import { ExportRecord, type Asked } from './export-record.service.js';
import type { ExportRow } from './export.entity.js';
import type { ExportFormat } from './export-request.js';
import { ExportsStore } from './exports.store.js';
import { handedOver, type HandedOver } from './handed-over.js';
import { answerTo, type Answer, type ByteRange, type RangeHeaders } from './range.js';
import { readSealed, writeSealed, type SealedFile } from './sealed-file.js';

const KEPT_HOURS = 24;
/** Of one person, so many are made at a time. */
const MOST_UNDER_WAY = 3;
const MOST_ATTEMPTS = 10;
/** Progress is told after so many rows. */
const TOLD_EVERY = 5_000;
const MOST_LISTED = 50;

/** A file, and what of it a request is answered with. */
export interface FilePart {
  fileName: string;
  format: ExportFormat;
  size: number;
  etag: string;
  answer: Answer;
  /** On record, the first time, before any leaves. */
  bytes(range: ByteRange): Promise<AsyncGenerator<Buffer, void, undefined>>;
}

/** Exports that the queue makes into files, sealed, to be fetched within a day. */
@Injectable()
export class ExportFiles {
  constructor(
    private readonly database: Database,
    private readonly store: ExportsStore,
    private readonly record: ExportRecord,
    private readonly reader: ExportBytes,
    private readonly filters: ReviewFilters,
    private readonly staff: StaffService,
    private readonly bus: Bus,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** @throws BadInput, RateLimited */
  async start(viewer: Viewer, asked: Asked): Promise<ExportRow> {
    await this.filters.ready(asked.filter);
    return this.record.begin('FILE', viewer, asked, async (tx) => {
      if ((await this.store.underWay(tx, viewer.id)) >= MOST_UNDER_WAY)
        throw new RateLimited(`${MOST_UNDER_WAY} of your exports are being made: wait for one.`);
    });
  }

  /** Whoever asked for it sees it, and nobody else. */
  async of({ id }: Viewer, exportId: string): Promise<ExportRow | null> {
    const row = await this.store.byId(this.database.reader, exportId);
    return row?.kind === 'FILE' && row.askedBy === id ? row : null;
  }

  async listOf({ id }: Viewer): Promise<ExportRow[]> {
    return this.store.filesOf(this.database.reader, id, MOST_LISTED);
  }

  async byId(exportId: string): Promise<ExportRow | null> {
    return this.store.byId(this.database.reader, exportId);
  }

  /** The queue’s part: makes the file, from the start if somebody else did not get to the end. */
  async make(exportId: string): Promise<void> {
    const run = await this.takeUp(exportId);
    if (!run) return;
    await this.clear(exportId);
    const filter = this.record.filterOf(run);
    if (!filter) throw new Error('what this export asks for was redacted');
    const ready = await this.filters.ready(filter);
    const reading = await this.reader.open(run, ready, (rows) => this.progress(run, rows));
    try {
      const outlined = { ...run, synthetic: reading.outline.synthetic };
      if (!(await this.record.outlined(run, reading.outline))) return;
      await this.write(outlined, reading);
    } finally {
      await reading.close();
    }
  }

  /** What a request for its bytes is answered with. @throws NotFound, Forbidden, Conflict */
  async part(viewer: Viewer, exportId: string, headers: RangeHeaders): Promise<FilePart> {
    const run = await this.of(viewer, exportId);
    if (!run) throw new NotFound('You have no export with this id.');
    if (run.state !== 'FINISHED') throw new Conflict(unfinished(run));
    // Its columns are those of the role in which it was asked for.
    if (run.role === 'ADMIN' && viewer.role !== 'ADMIN')
      throw new Forbidden('It was made for an admin, which you are no more: export again.');
    const size = Number(run.bytes);
    const etag = `"${run.sha256}"`;
    const { keyring } = this.config;
    return {
      ...{ format: run.format, size, etag, answer: answerTo(headers, size, etag) },
      fileName: nameOf(run),
      bytes: async (range) => {
        await this.fetched(viewer, run);
        return readSealed(this.fileOf(run), range, size, { keyring, keyId: run.fileKeyId! });
      },
    };
  }

  /** By the clock: a file is deleted, a stream that said nothing of its end has none. */
  async tidy(exportId: string): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction(async (tx) => {
      const run = await this.store.lock(tx, exportId);
      if (run?.kind === 'STREAM' && run.state === 'RUNNING') {
        await this.store.update(tx, exportId, { state: 'BROKEN_OFF', finishedAt: now });
        await this.record.write(tx, 'export.broken-off', run, 'clock', { facts: { bytes: null } });
      }
      if (run?.kind !== 'FILE' || (run.state !== 'FINISHED' && run.state !== 'FAILED')) return;
      await this.clear(exportId);
      if (run.state === 'FAILED') return;
      await this.store.update(tx, exportId, { state: 'DELETED' });
      this.bus.announce(tx, 'export', { exportId });
      await this.record.write(tx, 'export.deleted', run, 'clock', { facts: {} });
    });
  }

  private async takeUp(exportId: string): Promise<ExportRow | undefined> {
    return this.database.transaction(async (tx) => {
      const run = await this.store.lock(tx, exportId);
      if (!run || (run.state !== 'QUEUED' && run.state !== 'RUNNING')) return undefined;
      const asker = await this.staff.byId({ id: run.askedBy });
      const mayStill = asker && !asker.suspendedAt && EXPORT.includes(asker.role);
      const attempt = run.attempt + 1;
      if (!mayStill || asker.role !== run.role || attempt > MOST_ATTEMPTS) {
        await this.store.update(tx, exportId, { state: 'FAILED', finishedAt: this.clock.now() });
        const why = attempt > MOST_ATTEMPTS ? 'attempts' : 'role';
        this.bus.announce(tx, 'export', { exportId });
        await this.record.write(tx, 'export.failed', run, 'clock', { facts: { why } });
        return undefined;
      }
      const change = { state: 'RUNNING' as const, attempt, rows: 0 };
      await this.store.update(tx, exportId, change);
      this.bus.announce(tx, 'export', { exportId });
      return { ...run, ...change };
    });
  }

  private async write(run: ExportRow, reading: Reading): Promise<void> {
    const { directory } = this.config.exports;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    let all: HandedOver | undefined;
    const ends = {
      whole: async (counted: HandedOver) => void (all = counted),
      broken: async () => {},
    };
    const bytes = handedOver(reading.bytes, ends);
    const keyId = await writeSealed(this.fileOf(run), bytes, this.config.keyring);
    const deletesAt = new Date(this.clock.now().getTime() + KEPT_HOURS * 3_600_000);
    await this.record.finished(run, reading.rows(), all!, { keyId, deletesAt });
  }

  private async progress({ id, attempt }: ExportRow, rows: number): Promise<void> {
    if (rows % TOLD_EVERY !== 0) return;
    await this.database.transaction(async (tx) => {
      if (!(await this.store.whileRunning(tx, id, attempt, { rows })))
        throw new Error('another worker took this export up');
      this.bus.announce(tx, 'export', { exportId: id });
    });
  }

  private async fetched(viewer: Viewer, run: ExportRow): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.store.fetched(tx, run.id, viewer.id, this.clock.now()))) return;
      const facts = { sha256: run.sha256 };
      await this.record.write(tx, 'export.fetched', run, viewer.id, { facts });
    });
  }

  private fileOf({ id, attempt }: ExportRow): SealedFile {
    const name = `${id}.${attempt}`;
    return { path: join(this.config.exports.directory, name), name };
  }

  /** Also what was left by workers that did not get to the end. */
  private async clear(exportId: string): Promise<void> {
    const { directory } = this.config.exports;
    const names = await readdir(directory).catch(() => [] as string[]);
    const own = names.filter((name) => name.startsWith(`${exportId}.`));
    await Promise.all(own.map((name) => rm(join(directory, name), { force: true })));
  }
}

export const nameOf = ({ id, format, synthetic, askedAt }: ExportRow): string =>
  fileName({ id, format, synthetic: synthetic ?? false, askedAt: askedAt.toISOString() });

function unfinished({ state }: ExportRow): string {
  if (state === 'DELETED') return 'Its file was deleted, a day after it was made: export again.';
  return state === 'FAILED' ? 'It failed: export again.' : `It is ${state}: wait until FINISHED.`;
}
