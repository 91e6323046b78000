import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { HoldReason, RedactionOutcome, RedactionReason } from './erasure-reasons.js';

/** A value of the ledger that one person wants removed, and what another said. */
@Entity('redaction')
@Index('redaction_standing', { synchronize: false })
export class RedactionRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** The sequence of the entry that vouches for it. */
  @Column({ type: 'bigint' })
  entry!: string;

  @Column({ type: 'text' })
  reason!: RedactionReason;

  @Column({ type: 'uuid', name: 'proposed_by' })
  proposedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'proposed_at' })
  proposedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'lapses_at' })
  lapsesAt!: Date;

  @Column({ type: 'text', nullable: true })
  outcome!: RedactionOutcome | null;

  /** Null also when it lapsed. */
  @Column({ type: 'uuid', name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'decided_at', nullable: true })
  decidedAt!: Date | null;
}

/** While it stands nothing of the incident is destroyed. */
@Entity('legal_hold')
@Index('legal_hold_standing', { synchronize: false })
export class LegalHoldRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'text' })
  reason!: HoldReason;

  @Column({ type: 'uuid', name: 'set_by' })
  setBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'set_at' })
  setAt!: Date;

  @Column({ type: 'uuid', name: 'lifted_by', nullable: true })
  liftedBy!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'lifted_at', nullable: true })
  liftedAt!: Date | null;
}
