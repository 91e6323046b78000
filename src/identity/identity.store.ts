import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Transaction } from '../platform/database.js';
import { decodeCursor, pageOf, type Page } from '../platform/connection.js';
import { run, statement } from '../platform/statements.js';
import type { Viewer } from './access.js';
import { OrganizationRow } from './organization.entity.js';
import type { RoleName } from './roles.js';
import { InviteRow, SessionRow, StaffRow } from './staff.entity.js';

/** A member of staff with everybody above them in the chain of invitations. */
export interface Lineage {
  id: string;
  organizationId: string;
  eligible: boolean;
  /** `admin`: was one when they invited. */
  inviters: { id: string; admin: boolean }[];
}

const VIEWERS = statement(
  `SELECT session.id AS "sessionId", staff.id, staff.role, staff.display_name AS "displayName",
     staff.organization_id AS "organizationId", staff.certified_until::text AS "certifiedUntil",
     staff.suspended_at IS NOT NULL AS suspended, session.token_hash AS "tokenHash"
   FROM unnest((SELECT $1::bytea[])) asked (hash)
     JOIN session ON session.token_hash = asked.hash JOIN staff ON staff.id = session.staff_id
   WHERE session.expires_at > $2 AND staff.suspended_at IS NULL`,
);

@Injectable()
export class IdentityStore {
  /** One indexed read: whose sessions these are, by their hashes in hex, where they count at `now`. */
  async viewers(tx: Transaction, hashes: string[], now: Date): Promise<Map<string, Viewer>> {
    const asked = hashes.map((hash) => Buffer.from(hash, 'hex'));
    const rows = await run<Viewer & { tokenHash: Buffer }>(tx, VIEWERS, [asked, now]);
    return new Map(rows.map(({ tokenHash, ...viewer }) => [tokenHash.toString('hex'), viewer]));
  }

  /** The organization of this name, made if there is none. */
  async organization(tx: Transaction, name: string, now: Date): Promise<string> {
    await tx.query(
      `INSERT INTO organization (id, name, created_at) VALUES ($1, $2, $3)
       ON CONFLICT (lower(name)) DO NOTHING`,
      [randomUUID(), name, now],
    );
    const [row] = (await tx.query('SELECT id FROM organization WHERE lower(name) = lower($1)', [
      name,
    ])) as { id: string }[];
    return row!.id;
  }

  async findOrganization(tx: Transaction, name: string): Promise<string | undefined> {
    const rows = (await tx.query('SELECT id FROM organization WHERE lower(name) = lower($1)', [
      name,
    ])) as { id: string }[];
    return rows[0]?.id;
  }

  async organizationNames(tx: Transaction, ids: string[]): Promise<Map<string, string>> {
    const rows = await tx
      .getRepository(OrganizationRow)
      .createQueryBuilder('organization')
      .where('organization.id = ANY(:ids)', { ids })
      .getMany();
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  async addInvite(tx: Transaction, invite: Omit<InviteRow, 'acceptedAt'>): Promise<void> {
    await tx.getRepository(InviteRow).insert({ ...invite, acceptedAt: null });
  }

  /** Uses up the open invite of this token in one statement: of two who race, one gets nothing. */
  async claimInvite(tx: Transaction, tokenHash: Buffer, now: Date): Promise<InviteRow | undefined> {
    const result = await tx
      .createQueryBuilder()
      .update(InviteRow)
      .set({ acceptedAt: now })
      .where('token_hash = :tokenHash AND accepted_at IS NULL AND expires_at > :now', {
        tokenHash,
        now,
      })
      .returning('id')
      .execute();
    const [claimed] = result.raw as { id: string }[];
    if (!claimed) return undefined;
    return (await tx.getRepository(InviteRow).findOneBy({ id: claimed.id })) ?? undefined;
  }

  /** The first admin's invite: one row, made once, whoever starts first. */
  async bootstrapInvite(tx: Transaction): Promise<InviteRow | undefined> {
    await tx.query('LOCK TABLE invite IN SHARE ROW EXCLUSIVE MODE');
    const open = await tx
      .getRepository(InviteRow)
      .createQueryBuilder('invite')
      .where(`invite.invitedBy IS NULL AND invite.acceptedAt IS NULL AND invite.role = 'ADMIN'`)
      .getOne();
    return open ?? undefined;
  }

  async renewInvite(
    tx: Transaction,
    id: string,
    tokenHash: Buffer,
    expiresAt: Date,
  ): Promise<void> {
    await tx.getRepository(InviteRow).update(id, { tokenHash, expiresAt });
  }

  async addStaff(tx: Transaction, staff: StaffRow): Promise<void> {
    await tx.getRepository(StaffRow).insert(staff);
  }

  async staff(tx: Transaction, id: string): Promise<StaffRow | null> {
    return tx.getRepository(StaffRow).findOneBy({ id });
  }

  /**
   * The people of these ids and their whole chains of invitations, nearest first, in one read.
   * `today` is a calendar day: whose training has lapsed by then, or who is suspended, is not
   * eligible.
   */
  async lineages(tx: Transaction, ids: string[], today: string): Promise<Lineage[]> {
    return tx.query(
      `WITH RECURSIVE chain AS (
         SELECT id AS start, invited_by AS id, invited_by_admin AS admin, 1 AS depth
         FROM staff WHERE id = ANY($1)
         UNION ALL
         SELECT chain.start, staff.invited_by, staff.invited_by_admin, chain.depth + 1
         FROM chain JOIN staff ON staff.id = chain.id WHERE chain.depth < 50)
       SELECT staff.id, staff.organization_id AS "organizationId",
         staff.suspended_at IS NULL AND COALESCE(staff.certified_until >= $2, true) AS eligible,
         (SELECT COALESCE(json_agg(json_build_object('id', chain.id, 'admin', chain.admin)
            ORDER BY chain.depth), '[]')
          FROM chain WHERE chain.start = staff.id AND chain.id IS NOT NULL) AS inviters
       FROM staff WHERE staff.id = ANY($1)`,
      [ids, today],
    );
  }

  async lockStaff(tx: Transaction, id: string): Promise<StaffRow | null> {
    return tx
      .getRepository(StaffRow)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  async updateStaff(
    tx: Transaction,
    id: string,
    change: Partial<
      Pick<StaffRow, 'role' | 'suspendedAt' | 'certifiedUntil' | 'grantedUntil' | 'grantedAt'>
    >,
  ): Promise<void> {
    await tx.getRepository(StaffRow).update(id, change);
  }

  /** Locks every active admin, so that two requests cannot each remove the other's last one. */
  async lockActiveAdmins(tx: Transaction): Promise<string[]> {
    const rows = (await tx.query(
      `SELECT id FROM staff WHERE role = 'ADMIN' AND suspended_at IS NULL ORDER BY id FOR UPDATE`,
    )) as { id: string }[];
    return rows.map(({ id }) => id);
  }

  async hasAdmin(tx: Transaction): Promise<boolean> {
    return tx.getRepository(StaffRow).existsBy({ role: 'ADMIN' });
  }

  async listStaff(
    tx: Transaction,
    filter: { role?: RoleName },
    size: number,
    after: string | null | undefined,
  ): Promise<Page<StaffRow>> {
    const cursor = decodeCursor(after, ['instant', 'uuid']);
    const query = tx.getRepository(StaffRow).createQueryBuilder('staff');
    if (filter.role) query.andWhere('staff.role = :role', { role: filter.role });
    if (cursor)
      query.andWhere('(staff.createdAt, staff.id) > (:at, :id)', { at: cursor[0], id: cursor[1] });
    const rows = await query
      .orderBy('staff.createdAt')
      .addOrderBy('staff.id')
      .limit(size + 1)
      .getMany();
    return pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.createdAt.toISOString(), row.id],
    );
  }

  async addSession(tx: Transaction, session: SessionRow): Promise<void> {
    await tx.getRepository(SessionRow).insert(session);
  }

  async endSession(tx: Transaction, id: string): Promise<void> {
    await tx.getRepository(SessionRow).delete(id);
  }

  async endSessionsOf(tx: Transaction, staffId: string): Promise<void> {
    await tx.getRepository(SessionRow).delete({ staffId });
  }
}
