import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AudienceName, Resource } from './resource.js';

/** One version of one resource; a revision is the next, and the earlier stays. */
@Entity('resource')
@Index('resource_current', { synchronize: false })
export class ResourceRow implements Resource {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** From 1. */
  @PrimaryColumn({ type: 'int' })
  version!: number;

  @Column({ type: 'text' })
  topic!: string;

  @Column({ type: 'text' })
  audience!: AudienceName;

  @Column({ type: 'text' })
  locale!: string;

  @Column({ type: 'text', nullable: true })
  state!: string | null;

  @Column({ type: 'text', name: 'district_id', nullable: true })
  districtId!: string | null;

  @Column({ type: 'int' })
  rank!: number;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text', nullable: true })
  body!: string | null;

  @Column({ type: 'text', nullable: true })
  url!: string | null;

  @Column({ type: 'text' })
  publisher!: string;

  @Column({ type: 'text', name: 'source_url', nullable: true })
  sourceUrl!: string | null;

  @Column({ type: 'date', name: 'source_date' })
  sourceDate!: string;

  @Column({ type: 'text', name: 'source_sha256', nullable: true })
  sourceSha256!: string | null;

  @Column({ type: 'boolean', name: 'counsel_reviewed' })
  counselReviewed!: boolean;

  @Column({ type: 'date', name: 'effective_from' })
  effectiveFrom!: string;

  @Column({ type: 'date', name: 'effective_until', nullable: true })
  effectiveUntil!: string | null;

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

  /** When it was taken back: from then on nobody is shown it. */
  @Column({ type: 'timestamptz', precision: 3, name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;

  @Column({ type: 'uuid', name: 'withdrawn_by', nullable: true })
  withdrawnBy!: string | null;
}
