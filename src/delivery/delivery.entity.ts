import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Reach } from './broadcast.js';

/** The fan-out of one message: what is sent, and its totals. */
@Entity('delivery')
@Index('delivery_incident', ['incidentId', 'ordinal'], { unique: true })
export class DeliveryRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  /** 0 for the incident's first message, then 1, 2 …: what came earlier has a smaller one. */
  @Column({ type: 'int' })
  ordinal!: number;

  @Column({ type: 'text' })
  topic!: string;

  @Column({ type: 'jsonb' })
  payloads!: Record<string, string>;

  /** Other words for the batches of these Topics. */
  @Column({ type: 'jsonb', default: {} })
  threads!: Record<string, Record<string, string>>;

  @Column({ type: 'timestamptz', precision: 3 })
  expires!: Date;

  @Column({ type: 'text' })
  reach!: Reach;

  @Column({ type: 'boolean', default: false })
  exercise!: boolean;

  /** Incidents that had been merged into this one: whoever was told of those is told too. */
  @Column({ type: 'uuid', array: true, default: '{}' })
  joined!: string[];

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  /**
   * How many rings of followers there are, once some devices are in batches. Versions that went on
   * ring by ring see none left in which they could, and leave the delivery to this one.
   */
  @Column({ type: 'int', name: 'planned_ring', default: 0 })
  plannedRing!: number;

  /** Of those versions: the last device of a ring that is in a batch. */
  @Column({ type: 'uuid', name: 'planned_through', nullable: true })
  plannedThrough!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'planned_at', nullable: true })
  plannedAt!: Date | null;

  /** From here on nothing more of it is sent: a newer message took its place. */
  @Column({ type: 'timestamptz', precision: 3, name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  @Column({ type: 'int', default: 0 })
  audience!: number;

  @Column({ type: 'int', default: 0 })
  accepted!: number;

  @Column({ type: 'int', default: 0 })
  gone!: number;

  @Column({ type: 'int', default: 0 })
  failed!: number;

  @Column({ type: 'timestamptz', precision: 3, name: 'first_accepted_at', nullable: true })
  firstAcceptedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'last_accepted_at', nullable: true })
  lastAcceptedAt!: Date | null;
}

/**
 * Some devices of a delivery: each is pending, told, gone or failed. Destroyed after the incident.
 */
@Entity('delivery_batch')
@Index('delivery_batch_owed', { synchronize: false })
export class DeliveryBatchRow {
  @PrimaryColumn({ type: 'uuid', name: 'delivery_id' })
  deliveryId!: string;

  @PrimaryColumn({ type: 'int' })
  ordinal!: number;

  @Column({ type: 'uuid', array: true })
  pending!: string[];

  /** Where it differs from the delivery's: the Topic under which these devices were told. */
  @Column({ type: 'text', nullable: true })
  topic!: string | null;

  @Column({ type: 'uuid', array: true, default: '{}' })
  told!: string[];

  /** Perhaps told: an attempt ended without an answer. */
  @Column({ type: 'uuid', array: true, default: '{}' })
  unsure!: string[];

  @Column({ type: 'uuid', array: true, default: '{}' })
  gone!: string[];

  @Column({ type: 'uuid', array: true, default: '{}' })
  failed!: string[];

  @Column({ type: 'int', default: 0 })
  attempts!: number;

  /** Who sends it now, and until when that is believed. */
  @Column({ type: 'uuid', nullable: true })
  claim!: string | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'claimed_until', nullable: true })
  claimedUntil!: Date | null;

  /** What is owed is not tried again before this. */
  @Column({ type: 'timestamptz', precision: 3, name: 'not_before', nullable: true })
  notBefore!: Date | null;
}

/** Final answers of one push service in one delivery, for the one-fifth rule. */
@Entity('delivery_host')
export class DeliveryHostRow {
  @PrimaryColumn({ type: 'uuid', name: 'delivery_id' })
  deliveryId!: string;

  @PrimaryColumn({ type: 'text' })
  host!: string;

  @Column({ type: 'int' })
  sent!: number;

  @Column({ type: 'int' })
  gone!: number;
}
