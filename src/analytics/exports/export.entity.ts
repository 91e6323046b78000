import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RoleName } from '../../identity/roles.js';
import type { ExportFormat } from './export-request.js';

/** STREAM: sent to whoever asked at once. FILE: made by the queue, fetched later. */
export type ExportKind = 'STREAM' | 'FILE';

export const EXPORT_STATES = [
  'QUEUED',
  'RUNNING',
  'FINISHED',
  /** Whoever took it went away before the end. */
  'BROKEN_OFF',
  'FAILED',
  /** Its file is gone, as files are after a day. */
  'DELETED',
] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** What was taken out, by whom; the ledger has the same for good. */
@Entity('export_run')
@Index('export_run_release', { synchronize: false })
@Index('export_run_asked', ['askedBy', 'askedAt', 'id'])
export class ExportRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  kind!: ExportKind;

  @Column({ type: 'text' })
  format!: ExportFormat;

  @Column({ type: 'text' })
  state!: ExportState;

  @Column({ type: 'uuid', name: 'asked_by' })
  askedBy!: string;

  /** In which role it was asked for. */
  @Column({ type: 'text' })
  role!: RoleName;

  /** JSON, sealed: words of a search may name somebody. Null: it was redacted. */
  @Column({ type: 'bytea', nullable: true })
  filter!: Buffer | null;

  @Column({ type: 'text', name: 'filter_key_id', nullable: true })
  filterKeyId!: string | null;

  @Column({ type: 'boolean' })
  hxl!: boolean;

  /** By which people are named. */
  @Column({ type: 'uuid', name: 'release_id', nullable: true })
  releaseId!: string | null;

  /** Whether any row is made up; null: not looked yet. */
  @Column({ type: 'boolean', nullable: true })
  synthetic!: boolean | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'asked_at' })
  askedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  /** When its file is deleted. */
  @Column({ type: 'timestamptz', precision: 3, name: 'deletes_at', nullable: true })
  deletesAt!: Date | null;

  /** The how-manieth time a worker took it up. */
  @Column({ type: 'int' })
  attempt!: number;

  /** Rows so far. */
  @Column({ type: 'int' })
  rows!: number;

  /** Rows it will have. */
  @Column({ type: 'int', nullable: true })
  total!: number | null;

  /** Handed over, or in the file. */
  @Column({ type: 'bigint', nullable: true })
  bytes!: string | null;

  @Column({ type: 'text', nullable: true })
  sha256!: string | null;

  /** The ledger as it stood in the moment the rows are of. */
  @Column({ type: 'bigint', name: 'ledger_size', nullable: true })
  ledgerSize!: string | null;

  @Column({ type: 'bytea', name: 'ledger_head', nullable: true })
  ledgerHead!: Buffer | null;

  @Column({ type: 'text', name: 'file_key_id', nullable: true })
  fileKeyId!: string | null;
}

/** Who fetched a file, when first. */
@Entity('export_fetch')
export class ExportFetchRow {
  @PrimaryColumn({ type: 'uuid', name: 'export_id' })
  exportId!: string;

  @PrimaryColumn({ type: 'uuid', name: 'staff_id' })
  staffId!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'fetched_at' })
  fetchedAt!: Date;
}
