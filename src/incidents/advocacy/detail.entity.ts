import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DetailField, DetailValue } from './detail-fields.js';
import type { CertaintyName, SourceName } from './vocabulary.js';

/** One field of an incident as somebody recorded it; a later one takes its place, and it stays. */
@Entity('incident_detail')
@Index('incident_detail_current', { synchronize: false })
export class DetailRow {
  @PrimaryColumn({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  /** The how-manieth recording of the incident it came with, from 1. */
  @PrimaryColumn({ type: 'int' })
  revision!: number;

  @PrimaryColumn({ type: 'text' })
  field!: DetailField;

  /** Null, and the next two with it: what stood here was withdrawn, or what was said here redacted. */
  @Column({ type: 'jsonb', nullable: true })
  value!: DetailValue | null;

  @Column({ type: 'text', nullable: true })
  source!: SourceName | null;

  @Column({ type: 'text', nullable: true })
  certainty!: CertaintyName | null;

  @Column({ type: 'uuid', name: 'recorded_by' })
  recordedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'recorded_at' })
  recordedAt!: Date;

  /** When another took its place; null: it stands. */
  @Column({ type: 'timestamptz', precision: 3, name: 'superseded_at', nullable: true })
  supersededAt!: Date | null;
}
