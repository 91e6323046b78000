import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One family device. Never a name, an address, a place in clear, or an exact time. */
@Entity('subscription')
@Index('subscription_token', ['tokenHash'], { unique: true })
@Index('subscription_endpoint', ['endpointIndex'], { unique: true })
@Index('subscription_pushless', ['id'], { where: 'channel IS NULL' })
export class SubscriptionRow {
  /** Random (v4): a time-ordered id would tell when somebody subscribed. */
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  /** Endpoint and keys as one AEAD ciphertext; null: a socket-only family. */
  @Column({ type: 'bytea', nullable: true })
  channel!: Buffer | null;

  @Column({ type: 'text', name: 'channel_key_id', nullable: true })
  channelKeyId!: string | null;

  /** HMAC of the endpoint, for uniqueness. */
  @Column({ type: 'bytea', name: 'endpoint_index', nullable: true })
  endpointIndex!: Buffer | null;

  /** Which VAPID key the browser subscribed with. */
  @Column({ type: 'text', name: 'vapid_key_id', nullable: true })
  vapidKeyId!: string | null;

  @Column({ type: 'text' })
  locale!: string;

  /** It asked to be told of drills too. */
  @Column({ type: 'boolean', default: false })
  drills!: boolean;

  /** The Monday of the week. */
  @Column({ type: 'date', name: 'last_seen_week' })
  lastSeenWeek!: string;

  /** The day its push service first answered 404. */
  @Column({ type: 'date', name: 'missing_since', nullable: true })
  missingSince!: string | null;
}

@Entity('subscription_area')
@Index('subscription_area_subscription', ['subscriptionId'])
export class SubscriptionAreaRow {
  @PrimaryColumn({ type: 'bytea' })
  tag!: Buffer;

  @PrimaryColumn({ type: 'uuid', name: 'subscription_id' })
  subscriptionId!: string;
}

@Entity('drill_area')
@Index('drill_area_subscription', ['subscriptionId'])
export class DrillAreaRow {
  @PrimaryColumn({ type: 'bytea' })
  tag!: Buffer;

  @PrimaryColumn({ type: 'uuid', name: 'subscription_id' })
  subscriptionId!: string;
}
