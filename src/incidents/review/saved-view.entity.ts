import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A filter that somebody keeps under a name. */
@Entity('saved_view')
@Index('saved_view_owner', ['ownerId', 'createdAt', 'id'])
@Index('saved_view_shared', { synchronize: false })
export class SavedViewRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'owner_id' })
  ownerId!: string;

  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: string;

  /** With everybody of the organization. */
  @Column({ type: 'boolean' })
  shared!: boolean;

  /** Name, filter and order, sealed. */
  @Column({ type: 'bytea' })
  content!: Buffer;

  @Column({ type: 'text', name: 'key_id' })
  keyId!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'changed_at' })
  changedAt!: Date;
}
