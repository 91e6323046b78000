import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FrozenTelling } from './telling.js';
import type { WideReason } from './wide-alert.js';

/** A wide alert that one dispatcher chose and another must approve: as it was chosen, frozen. */
@Entity('incident_proposal')
export class ProposalRow {
  @PrimaryColumn({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'proposed_by' })
  proposedBy!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'proposed_at' })
  proposedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'lapses_at' })
  lapsesAt!: Date;

  @Column({ type: 'int', name: 'radius_meters' })
  radiusMeters!: number;

  @Column({ type: 'int' })
  minutes!: number;

  /** Rounded; one more than the threshold means "more than". */
  @Column({ type: 'int' })
  devices!: number;

  @Column({ type: 'text', array: true })
  reasons!: WideReason[];

  @Column({ type: 'jsonb' })
  scene!: FrozenTelling;
}
