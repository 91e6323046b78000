import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Release } from './release.js';

/** A request to name people in one export, and what an admin answered. */
@Entity('identity_release')
@Index('identity_release_asked', ['askedAt', 'id'])
export class ReleaseRow implements Release {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'asked_by' })
  askedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'asked_at' })
  askedAt!: Date;

  /** Reason and filter, sealed; null: they were redacted. */
  @Column({ type: 'bytea', nullable: true })
  content!: Buffer | null;

  @Column({ type: 'text', name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column({ type: 'uuid', name: 'approved_by', nullable: true })
  approvedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'approved_at', nullable: true })
  approvedAt!: Date | null;

  @Column({ type: 'uuid', name: 'rejected_by', nullable: true })
  rejectedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'rejected_at', nullable: true })
  rejectedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'used_at', nullable: true })
  usedAt!: Date | null;
}
