import { OrganizationRow } from './organization.entity.js';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RoleName } from './roles.js';

@Entity('staff')
@Index('staff_role', ['role', 'createdAt', 'id'])
@Index('staff_certified', { synchronize: false })
export class StaffRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: string;

  @Column({ type: 'text', name: 'display_name' })
  displayName!: string;

  @Column({ type: 'text' })
  role!: RoleName;

  @Column({ type: 'date', name: 'certified_until', nullable: true })
  certifiedUntil!: string | null;

  /** Since their first training: until when they were certified before it, or were given since. */
  @Column({ type: 'date', name: 'granted_until', nullable: true })
  grantedUntil!: string | null;

  /** Trainings recorded since count. Null: none was. */
  @Column({ type: 'timestamptz', precision: 3, name: 'granted_at', nullable: true })
  grantedAt!: Date | null;

  @Column({ type: 'uuid', name: 'invited_by', nullable: true })
  invitedBy!: string | null;

  /** Whoever invited them was an admin, when they invited and when it was accepted. */
  @Column({ type: 'boolean', name: 'invited_by_admin', default: true })
  invitedByAdmin!: boolean;

  @Column({ type: 'timestamptz', precision: 3, name: 'suspended_at', nullable: true })
  suspendedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;
}

@Entity('invite')
@Index('invite_token', ['tokenHash'], { unique: true })
export class InviteRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  @Column({ type: 'text' })
  role!: RoleName;

  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: string;

  @Column({ type: 'text', name: 'display_name', nullable: true })
  displayName!: string | null;

  @Column({ type: 'date', name: 'certified_until', nullable: true })
  certifiedUntil!: string | null;

  @Column({ type: 'uuid', name: 'invited_by', nullable: true })
  invitedBy!: string | null;

  /** Whoever invites is an admin at that moment. */
  @Column({ type: 'boolean', name: 'invited_by_admin', default: true })
  invitedByAdmin!: boolean;

  @Column({ type: 'timestamptz', precision: 3, name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'accepted_at', nullable: true })
  acceptedAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;
}

@Entity('session')
@Index('session_token', ['tokenHash'], { unique: true })
@Index('session_staff', ['staffId'])
export class SessionRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'bytea', name: 'token_hash' })
  tokenHash!: Buffer;

  @Column({ type: 'uuid', name: 'staff_id' })
  staffId!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'expires_at' })
  expiresAt!: Date;
}

export const IDENTITY_ENTITIES = [OrganizationRow, StaffRow, InviteRow, SessionRow];
