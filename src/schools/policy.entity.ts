import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Policy, PolicyKindName } from './policy.js';

/** One version of one policy; a correction is the next, and the earlier stays. */
@Entity('district_policy')
@Index('district_policy_current', { synchronize: false })
export class PolicyRow implements Policy {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** From 1. */
  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ type: 'text', name: 'district_id' })
  districtId!: string;

  @Column({ type: 'text' })
  kind!: PolicyKindName;

  @Column({ type: 'date', name: 'effective_from' })
  effectiveFrom!: string;

  @Column({ type: 'date', name: 'effective_until', nullable: true })
  effectiveUntil!: string | null;

  @Column({ type: 'text', name: 'source_url', nullable: true })
  sourceUrl!: string | null;

  @Column({ type: 'text', name: 'source_sha256' })
  sourceSha256!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'entered_at' })
  enteredAt!: Date;

  /** Null: it came from a file. */
  @Column({ type: 'uuid', name: 'entered_by', nullable: true })
  enteredBy!: string | null;

  /** Digest of the file it was imported from. */
  @Column({ type: 'text', name: 'import_sha256', nullable: true })
  importSha256!: string | null;

  /** When the next version took its place; null: it is the last. */
  @Column({ type: 'timestamptz', precision: 3, name: 'superseded_at', nullable: true })
  supersededAt!: Date | null;

  /** When it was taken back, because it should never have been entered. */
  @Column({ type: 'timestamptz', precision: 3, name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;

  @Column({ type: 'uuid', name: 'withdrawn_by', nullable: true })
  withdrawnBy!: string | null;
}
