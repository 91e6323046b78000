import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { PeriodName } from './periods.js';
import type { ShownTable } from './suppression.js';

/** One version of a table as it was published; a correction is the next, and the earlier stays. */
@Entity('published_figures')
@Index('published_figures_latest', ['publishedAt', 'id', 'version'])
export class PublishedRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** From 1. */
  @PrimaryColumn({ type: 'int' })
  version!: number;

  /** Whose districts are its rows; null: its rows are states. */
  @Column({ type: 'text', name: 'us_state', nullable: true })
  usState!: string | null;

  @Column({ type: 'text' })
  span!: PeriodName;

  @Column({ type: 'text' })
  period!: PeriodName;

  @Column({ type: 'date', name: 'span_from' })
  spanFrom!: string;

  /** The day after its last. */
  @Column({ type: 'date', name: 'span_to' })
  spanTo!: string;

  /** LEAIDs, or states. */
  @Column({ type: 'text', array: true })
  places!: string[];

  @Column({ type: 'text', array: true })
  periods!: string[];

  /** Places by periods, with totals last; null: withheld, or not stated. */
  @Column({ type: 'jsonb' })
  figures!: ShownTable;

  /** Of what it says, in RFC 8785; the ledger has it too. */
  @Column({ type: 'text' })
  sha256!: string;

  @Column({ type: 'boolean' })
  synthetic!: boolean;

  @Column({ type: 'timestamptz', precision: 3, name: 'published_at' })
  publishedAt!: Date;

  @Column({ type: 'uuid', name: 'published_by' })
  publishedBy!: string;
}
