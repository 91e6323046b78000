import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../identity/access.js';
import type { IncidentFilter } from '../../incidents/review/incident-filter.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Bus } from '../../platform/bus.js';
import { Clock } from '../../platform/clock.js';
import { Config } from '../../platform/config.js';
import { Database, type Transaction } from '../../platform/database.js';
import { Queue } from '../../platform/queue.js';
import { columnsFor } from './columns.js';
import { manifestOf, type Manifest } from './export-manifest.js';
import type { ExportKind, ExportRow } from './export.entity.js';
import type { ExportFormat } from './export-request.js';
import { EXPORT_BEGAN } from './export-words.service.js';
import { ExportsStore } from './exports.store.js';
import type { HandedOver } from './handed-over.js';
import { Releases, textOf } from './releases.service.js';

const PLACE = 'export_run/filter';
/** By then a stream that said nothing of its end has none. */
export const STREAM_HOURS = 1;

/** What somebody takes out, checked. */
export interface Asked {
  format: ExportFormat;
  filter: IncidentFilter;
  hxl: boolean;
  releaseId: string | null;
}

/** What is known of an export when it begins to be read. */
export interface Outline {
  total: number;
  synthetic: boolean;
  ledger: { size: string; head: Buffer };
}

/** Puts on record what leaves: before its first byte, and before its last. */
@Injectable()
export class ExportRecord {
  constructor(
    private readonly database: Database,
    private readonly store: ExportsStore,
    private readonly releases: Releases,
    private readonly ledger: LedgerStore,
    private readonly queue: Queue,
    private readonly bus: Bus,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** The entry that it began; nothing leaves without. `check` may refuse it. @throws BadInput */
  async begin(
    kind: ExportKind,
    viewer: Viewer,
    asked: Asked,
    check: (tx: Transaction) => Promise<void> = async () => {},
  ): Promise<ExportRow> {
    const now = this.clock.now();
    const row = this.newRow(kind, viewer, asked, now);
    await this.database.transaction(async (tx) => {
      await check(tx);
      if (asked.releaseId) await this.releases.use(tx, viewer, asked.releaseId, asked.filter);
      await this.store.insert(tx, row);
      if (kind === 'FILE') await this.queue.send(tx, 'exportFile', { exportId: row.id });
      else await this.tidyLater(tx, row.id, new Date(now.getTime() + STREAM_HOURS * 3_600_000));
      const { format, hxl, releaseId } = asked;
      await this.write(tx, EXPORT_BEGAN, row, viewer.id, {
        facts: { kind, format, role: viewer.role, hxl, releaseId },
        sensitive: { filter: textOf(asked.filter) },
      });
    });
    return row;
  }

  /** What the moment of its rows is. @returns false where another took it up since. */
  async outlined({ id, attempt }: ExportRow, outline: Outline): Promise<boolean> {
    const { total, synthetic, ledger } = outline;
    const change = { total, synthetic, ledgerSize: ledger.size, ledgerHead: ledger.head };
    return this.store.whileRunning(this.database.reader, id, attempt, change);
  }

  /** @throws Error where another took it up since: then its last bytes must not leave. */
  async finished(
    row: ExportRow,
    rows: number,
    { bytes, sha256 }: HandedOver,
    file?: { keyId: string; deletesAt: Date },
  ): Promise<void> {
    const finishedAt = this.clock.now();
    const change = {
      ...{ state: 'FINISHED' as const, rows, bytes: String(bytes), sha256, finishedAt },
      ...(file && { fileKeyId: file.keyId, deletesAt: file.deletesAt }),
    };
    await this.database.transaction(async (tx) => {
      if (!(await this.store.whileRunning(tx, row.id, row.attempt, change)))
        throw new Error('this export is not this process’s any more');
      if (file) {
        await this.tidyLater(tx, row.id, file.deletesAt);
        this.bus.announce(tx, 'export', { exportId: row.id });
      }
      const facts = { rows, bytes, sha256, synthetic: row.synthetic };
      await this.write(tx, 'export.finished', row, row.askedBy, { facts });
    });
  }

  /** So much had left. */
  async brokenOff(row: ExportRow, rows: number, { bytes, sha256 }: HandedOver): Promise<void> {
    const change = {
      ...{ state: 'BROKEN_OFF' as const, rows, bytes: String(bytes), sha256 },
      finishedAt: this.clock.now(),
    };
    await this.database.transaction(async (tx) => {
      if (!(await this.store.whileRunning(tx, row.id, row.attempt, change))) return;
      await this.write(tx, 'export.broken-off', row, row.askedBy, { facts: { bytes, sha256 } });
    });
  }

  async write(
    tx: Transaction,
    kind: string,
    { id }: ExportRow,
    actor: string,
    { facts, sensitive }: { facts: object; sensitive?: object },
  ): Promise<void> {
    const at = this.clock.now();
    await this.ledger.append(tx, { kind, subject: id, at, actor, facts, sensitive });
  }

  manifest(row: ExportRow): Manifest {
    const columns = columnsFor(row.role, row.releaseId !== null).map(({ name }) => name);
    const { id, format, hxl, releaseId, state, rows, bytes, sha256, role } = row;
    const whole = bytes !== null;
    return manifestOf(
      {
        ...{ id, format, columns, hxl, releaseId, state, sha256, role },
        filter: JSON.parse(JSON.stringify(this.filterOf(row))) as object | null,
        synthetic: row.synthetic ?? false,
        rows: whole ? rows : null,
        bytes: whole ? Number(bytes) : null,
        ledger: row.ledgerHead && {
          size: Number(row.ledgerSize),
          head: row.ledgerHead.toString('hex'),
        },
        exportedBy: row.askedBy,
        askedAt: row.askedAt.toISOString(),
        finishedAt: row.finishedAt?.toISOString() ?? null,
      },
      this.config.signing,
    );
  }

  /** Null: it was redacted. */
  filterOf({ filter, filterKeyId }: ExportRow): IncidentFilter | null {
    if (!filter || !filterKeyId) return null;
    const opened = this.config.keyring.open({ keyId: filterKeyId, bytes: filter }, PLACE);
    return JSON.parse(opened.toString(), revived) as IncidentFilter;
  }

  private async tidyLater(tx: Transaction, exportId: string, startAfter: Date): Promise<void> {
    await this.queue.send(tx, 'exportTidy', { exportId }, { startAfter });
  }

  private newRow(kind: ExportKind, viewer: Viewer, asked: Asked, askedAt: Date): ExportRow {
    const sealed = this.config.keyring.seal(Buffer.from(textOf(asked.filter)), PLACE);
    const { format, hxl, releaseId } = asked;
    return {
      ...{ id: randomUUID(), kind, format, hxl, releaseId, askedAt },
      ...{ askedBy: viewer.id, role: viewer.role, filter: sealed.bytes, filterKeyId: sealed.keyId },
      ...{ state: kind === 'FILE' ? 'QUEUED' : 'RUNNING', attempt: 0, rows: 0, total: null },
      ...{ synthetic: null, finishedAt: null, deletesAt: null, bytes: null, sha256: null },
      ...{ ledgerSize: null, ledgerHead: null, fileKeyId: null },
    };
  }
}

const MOMENTS = new Set(['since', 'until', 'observedSince', 'observedUntil']);
const revived = (key: string, value: unknown) =>
  MOMENTS.has(key) && typeof value === 'string' ? new Date(value) : value;
