import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, Forbidden } from '../platform/errors.js';
import { Gathered } from '../platform/gathered.js';
import type { Viewer } from './access.js';
import { IdentityStore } from './identity.store.js';
import { certifiedUntil, mayInvite, type RoleName } from './roles.js';
import type { InviteRow, StaffRow } from './staff.entity.js';
import { isTokenOf, newToken, tokenPurpose } from './token.js';

/** Sessions looked up by one statement, when many requests come at once. */
const TOGETHER = 32;
const INVITE_HOURS = 72;
const SESSION_DAYS = 30;
const HOUR = 3_600_000;

export interface NewInvite {
  role: RoleName;
  organization: string;
  displayName?: string | null;
  certifiedUntil?: string | null;
}

/** Invites and sessions: how somebody comes in, and goes out. */
@Injectable()
export class IdentityService {
  /** By the token's hash, in hex. */
  private readonly viewers: Gathered<string, Viewer>;

  constructor(
    private readonly database: Database,
    private readonly store: IdentityStore,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly bus: Bus,
  ) {
    const lookUp = (hashes: string[]) => store.viewers(database.reader, hashes, clock.now());
    this.viewers = new Gathered(lookUp, TOGETHER);
  }

  /** Who sends this token, or undefined when it opens nothing (any more). */
  async viewerOf(token: string | undefined): Promise<Viewer | undefined> {
    if (!token || !isTokenOf('staff', token)) return undefined;
    const hash = this.config.keyring.digest(tokenPurpose('staff'), token);
    return this.viewers.get(hash.toString('hex'));
  }

  /** @throws Forbidden when the inviter's role or organization does not allow it. */
  async invite(inviter: Viewer, input: NewInvite): Promise<{ url: string; expiresAt: Date }> {
    const name = input.organization.trim();
    return this.database.transaction(async (tx) => {
      const known = await this.store.findOrganization(tx, name);
      if (!mayInvite(inviter, input.role, known ?? ''))
        throw new Forbidden(
          'An admin may invite anybody; a dispatcher, responders of their own organization.',
        );
      const now = this.clock.now();
      const organizationId = known ?? (await this.store.organization(tx, name, now));
      const token = newToken('invite');
      const expiresAt = new Date(now.getTime() + INVITE_HOURS * HOUR);
      await this.store.addInvite(tx, {
        id: randomUUID(),
        tokenHash: this.inviteHash(token),
        role: input.role,
        organizationId,
        displayName: input.displayName?.trim() || null,
        certifiedUntil: certifiedUntil(input.role, input.certifiedUntil, now),
        invitedBy: inviter.id,
        invitedByAdmin: inviter.role === 'ADMIN',
        expiresAt,
        createdAt: now,
      });
      return { url: this.inviteUrl(token), expiresAt };
    });
  }

  /**
   * Turns an invite into a member of staff and a session.
   * @throws BadInput when the link is unknown, used, too old, or its sender may no longer invite.
   */
  async accept(token: string, displayName: string) {
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const invite = await this.store.claimInvite(tx, this.inviteHash(token), now);
      const sender = invite?.invitedBy ? await this.store.staff(tx, invite.invitedBy) : null;
      if (!invite || !senderMayInvite(sender, invite))
        throw new BadInput({
          field: 'token',
          message:
            'this invite is not valid: it may be used, older than 72 hours, or its sender may no longer invite. Ask for a new one',
        });
      const staff: StaffRow = {
        id: randomUUID(),
        organizationId: invite.organizationId,
        displayName: displayName.trim(),
        role: invite.role,
        certifiedUntil: invite.certifiedUntil,
        grantedUntil: null,
        grantedAt: null,
        invitedBy: invite.invitedBy,
        invitedByAdmin: invite.invitedByAdmin && (sender === null || sender.role === 'ADMIN'),
        suspendedAt: null,
        createdAt: now,
      };
      await this.store.addStaff(tx, staff);
      return { ...(await this.openSession(tx, staff.id, now)), staff };
    });
  }

  async signOut(viewer: Viewer): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.store.endSession(tx, viewer.sessionId);
      this.bus.announce(tx, 'signedOut', {
        staffId: viewer.id,
        sessionId: viewer.sessionId,
      });
    });
  }

  /**
   * The link for the first admin, or undefined once there is one. Every process that starts finds
   * the same one: its token is derived from the row's id under the token key.
   */
  async bootstrapInviteUrl(): Promise<string | undefined> {
    return this.database.transaction(async (tx) => {
      if (await this.store.hasAdmin(tx)) return undefined;
      return this.operatorInvite(tx);
    });
  }

  /** A link for an admin, by whoever runs the service: also when no admin can sign in any more. */
  async operatorInviteUrl(): Promise<string> {
    return this.database.transaction((tx) => this.operatorInvite(tx));
  }

  private async operatorInvite(tx: Transaction): Promise<string> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + INVITE_HOURS * HOUR);
    const open = await this.store.bootstrapInvite(tx);
    const id = open?.id ?? randomUUID();
    const token = `invite_${this.config.keyring.digest('bootstrap', id).toString('base64url')}`;
    // Hashed anew: the token key may have changed since.
    if (open) await this.store.renewInvite(tx, id, this.inviteHash(token), expiresAt);
    else
      await this.store.addInvite(tx, {
        id,
        tokenHash: this.inviteHash(token),
        role: 'ADMIN',
        organizationId: await this.store.organization(tx, 'Coalition', now),
        displayName: null,
        certifiedUntil: null,
        invitedBy: null,
        // The operator, who invites without being staff, stands above the admins.
        invitedByAdmin: true,
        expiresAt,
        createdAt: now,
      });
    return this.inviteUrl(token);
  }

  private async openSession(tx: Transaction, staffId: string, now: Date) {
    const token = newToken('staff');
    const expiresAt = new Date(now.getTime() + SESSION_DAYS * 24 * HOUR);
    const tokenHash = this.config.keyring.digest(tokenPurpose('staff'), token);
    await this.store.addSession(tx, {
      id: randomUUID(),
      tokenHash,
      staffId,
      createdAt: now,
      expiresAt,
    });
    return { token, expiresAt };
  }

  private inviteHash(token: string): Buffer {
    return this.config.keyring.digest(tokenPurpose('invite'), token);
  }

  private inviteUrl(token: string): string {
    return `${this.config.http.publicUrl}/invite/${token}`;
  }
}

function senderMayInvite(sender: StaffRow | null, invite: InviteRow): boolean {
  // From the operator, by the service's own console.
  if (invite.invitedBy === null) return true;
  if (!sender) return false;
  const member = { ...sender, suspended: sender.suspendedAt !== null };
  return mayInvite(member, invite.role, invite.organizationId);
}
