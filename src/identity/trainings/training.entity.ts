import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { CorrectionReasonName, TrainingKindName, TrainingText } from './training.js';

/** A webinar or session. */
@Entity('training')
@Index('training_starts', ['startsAt', 'id'])
export class TrainingRow implements TrainingText {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  title!: string;

  @Column({ type: 'text' })
  kind!: TrainingKindName;

  @Column({ type: 'timestamptz', precision: 3, name: 'starts_at' })
  startsAt!: Date;

  @Column({ type: 'int' })
  minutes!: number;

  @Column({ type: 'uuid', name: 'trainer_id', nullable: true })
  trainerId!: string | null;

  @Column({ type: 'text', name: 'trainer_organization', nullable: true })
  trainerOrganization!: string | null;

  /** Whose training it is. */
  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: string;

  @Column({ type: 'int', nullable: true })
  capacity!: number | null;

  /** For so many months attending counts; as it was configured when it was scheduled. */
  @Column({ type: 'int', name: 'valid_months' })
  validMonths!: number;

  @Column({ type: 'uuid', name: 'scheduled_by' })
  scheduledBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'scheduled_at' })
  scheduledAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'cancelled_at', nullable: true })
  cancelledAt!: Date | null;
}

/** Somebody was there. A correction voids it, and it stays. */
@Entity('training_attendance')
@Index('training_attendance_once', { synchronize: false })
@Index('training_attendance_staff', { synchronize: false })
export class AttendanceRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'training_id' })
  trainingId!: string;

  @Column({ type: 'uuid', name: 'staff_id' })
  staffId!: string;

  /** The last day it counts for; null: it certifies nobody. */
  @Column({ type: 'date', name: 'certifies_until', nullable: true })
  certifiesUntil!: string | null;

  @Column({ type: 'uuid', name: 'recorded_by' })
  recordedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'recorded_at' })
  recordedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'voided_at', nullable: true })
  voidedAt!: Date | null;

  @Column({ type: 'uuid', name: 'voided_by', nullable: true })
  voidedBy!: string | null;

  @Column({ type: 'text', name: 'void_reason', nullable: true })
  voidReason!: CorrectionReasonName | null;
}

/** Who was warned of what, once each. */
@Entity('certification_warning')
export class WarningRow {
  @PrimaryColumn({ type: 'uuid', name: 'staff_id' })
  staffId!: string;

  @PrimaryColumn({ type: 'date', name: 'certified_until' })
  certifiedUntil!: string;

  @PrimaryColumn({ type: 'int', name: 'days_before' })
  daysBefore!: number;

  @Column({ type: 'timestamptz', precision: 3, name: 'warned_at' })
  warnedAt!: Date;
}

/** The days on which somebody looked who lapses: one look each. */
@Entity('certification_look')
export class LookRow {
  @PrimaryColumn({ type: 'date' })
  day!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'looked_at' })
  lookedAt!: Date;
}

export const TRAINING_ENTITIES = [TrainingRow, AttendanceRow, WarningRow, LookRow];
