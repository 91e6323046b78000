import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Finding } from './clearance.js';
import type { DestructionName } from './destruction.js';
import type { EvidenceType, Size } from './file-types.js';
import type { Region } from './regions.js';
import type { WithdrawalName } from './withdrawal.js';

/** A file as somebody handed it in; the bytes lie sealed in the storage. */
@Entity('evidence')
@Index('evidence_incident', ['incidentId', 'addedAt', 'id'])
@Index('evidence_object', ['objectKey'], { unique: true })
@Index('evidence_kept', { synchronize: false })
export class EvidenceRow {
  /** Made by the phone, so that sending again is the same file. */
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'uuid', name: 'added_by' })
  addedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'added_at' })
  addedAt!: Date;

  @Column({ type: 'text' })
  type!: EvidenceType;

  @Column({ type: 'int' })
  bytes!: number;

  /** Of the bytes as they were received. */
  @Column({ type: 'bytea' })
  sha256!: Buffer;

  @Column({ type: 'uuid', name: 'object_key' })
  objectKey!: string;

  @Column({ type: 'text', name: 'key_id' })
  keyId!: string;

  /** When it turned out that no copy can be made of it. */
  @Column({ type: 'timestamptz', precision: 3, name: 'unreadable_at', nullable: true })
  unreadableAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;

  @Column({ type: 'uuid', name: 'withdrawn_by', nullable: true })
  withdrawnBy!: string | null;

  @Column({ type: 'text', nullable: true })
  withdrawal!: WithdrawalName | null;

  /** From then on nothing is kept of the file and its copies but what stands in the rows. */
  @Column({ type: 'timestamptz', precision: 3, name: 'destroyed_at', nullable: true })
  destroyedAt!: Date | null;

  /** The second of two people; null also when the schedule did. */
  @Column({ type: 'uuid', name: 'destroyed_by', nullable: true })
  destroyedBy!: string | null;

  @Column({ type: 'text', nullable: true })
  destruction!: DestructionName | null;
}

/** A copy to work with: pixels only. What is covered on one is covered on all that follow. */
@Entity('evidence_copy')
@Index('evidence_copy_object', ['objectKey'], { unique: true })
export class CopyRow {
  @PrimaryColumn({ type: 'uuid', name: 'evidence_id' })
  evidenceId!: string;

  /** From 1; each is made from the one before. */
  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ type: 'timestamptz', precision: 3, name: 'made_at' })
  madeAt!: Date;

  /** Null: the service, from the original. */
  @Column({ type: 'uuid', name: 'made_by', nullable: true })
  madeBy!: string | null;

  @Column({ type: 'text', name: 'media_type' })
  mediaType!: string;

  @Column({ type: 'int' })
  bytes!: number;

  @Column({ type: 'bytea' })
  sha256!: Buffer;

  @Column({ type: 'jsonb' })
  pages!: Size[];

  /** Covered on this one; on those before it, see there. */
  @Column({ type: 'jsonb' })
  regions!: Region[];

  @Column({ type: 'uuid', name: 'object_key' })
  objectKey!: string;

  @Column({ type: 'text', name: 'key_id' })
  keyId!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'cleared_at', nullable: true })
  clearedAt!: Date | null;

  @Column({ type: 'uuid', name: 'cleared_by', nullable: true })
  clearedBy!: string | null;

  @Column({ type: 'text', nullable: true })
  faces!: Finding | null;

  @Column({ type: 'text', nullable: true })
  plates!: Finding | null;
}

/** A file that is being stored, and that no row needs yet. */
@Entity('evidence_pending')
export class PendingRow {
  @PrimaryColumn({ type: 'uuid' })
  key!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'put_at' })
  putAt!: Date;

  /** It was given up: no row may come to need it. */
  @Column({ type: 'timestamptz', precision: 3, name: 'dropped_at', nullable: true })
  droppedAt!: Date | null;
}
