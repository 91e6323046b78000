import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outline } from './outline.js';

/** Where a district lies, for maps: as a file said when it was imported. */
@Entity('district_outline')
export class OutlineRow {
  @PrimaryColumn({ type: 'text', name: 'district_id' })
  districtId!: string;

  @Column({ type: 'jsonb' })
  outline!: Outline;

  /** Whose file it was, and of when, in words. */
  @Column({ type: 'text' })
  source!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'imported_at' })
  importedAt!: Date;
}
