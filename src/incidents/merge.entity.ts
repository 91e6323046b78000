import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { IncidentState } from './incident-lifecycle.js';

/** One merge, with what it takes to undo it. */
@Entity('incident_merge')
@Index('incident_merge_into', ['intoId', 'mergedAt'])
export class MergeRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'from_id' })
  fromId!: string;

  @Column({ type: 'uuid', name: 'into_id' })
  intoId!: string;

  @Column({ type: 'uuid', array: true, name: 'report_ids' })
  reportIds!: string[];

  @Column({ type: 'text', name: 'from_state' })
  fromState!: IncidentState;

  /** The message of the merged incident that left what is active. */
  @Column({ type: 'uuid', nullable: true })
  superseded!: string | null;

  @Column({ type: 'uuid', name: 'merged_by' })
  mergedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'merged_at' })
  mergedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'undone_at', nullable: true })
  undoneAt!: Date | null;
}
