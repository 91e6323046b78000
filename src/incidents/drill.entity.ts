import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An exercise: the whole path, for those who take part in it. */
@Entity('drill')
@Index('drill_running', { synchronize: false })
export class DrillRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text', name: 'school_id' })
  schoolId!: string;

  @Column({ type: 'double precision' })
  latitude!: number;

  @Column({ type: 'double precision' })
  longitude!: number;

  @Column({ type: 'uuid', name: 'started_by' })
  startedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'started_at' })
  startedAt!: Date;

  /** It ends by itself then. */
  @Column({ type: 'timestamptz', precision: 3, name: 'ends_at' })
  endsAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
