import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A time in which nothing is sent to the public. */
@Entity('alert_pause')
@Index('alert_pause_open', { synchronize: false })
export class PauseRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'paused_by' })
  pausedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'paused_at' })
  pausedAt!: Date;

  @Column({ type: 'uuid', name: 'resumed_by', nullable: true })
  resumedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'resumed_at', nullable: true })
  resumedAt!: Date | null;
}
