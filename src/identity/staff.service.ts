import { Injectable } from '@nestjs/common';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import type { Page } from '../platform/connection.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, Conflict, NotFound } from '../platform/errors.js';
import type { Viewer } from './access.js';
import { IdentityStore, type Lineage } from './identity.store.js';
import { DISPATCH, type RoleName } from './roles.js';
import type { StaffRow } from './staff.entity.js';

export interface StaffChange {
  staffId: string;
  role?: RoleName | null;
  certifiedUntil?: string | null;
  suspended?: boolean | null;
}

/** What admins do with members of staff. */
@Injectable()
export class StaffService {
  constructor(
    private readonly database: Database,
    private readonly store: IdentityStore,
    private readonly clock: Clock,
    private readonly bus: Bus,
  ) {}

  async list(role: RoleName | null | undefined, size: number, after?: string | null) {
    const page: Page<StaffRow> = await this.store.listStaff(
      this.database.reader,
      role ? { role } : {},
      size,
      after,
    );
    return page;
  }

  /**
   * Changes role, certification or suspension. Suspension ends the person's sessions; it and a
   * change of role close their sockets.
   * @throws NotFound, Conflict when the last admin would be gone.
   */
  async update(change: StaffChange): Promise<StaffRow> {
    const role = change.role ?? undefined;
    const suspended = change.suspended ?? undefined;
    const certifiedUntil = change.certifiedUntil ?? undefined;
    if (role === undefined && suspended === undefined && certifiedUntil === undefined)
      throw new BadInput({ field: 'input', message: 'say what to change' });
    return this.database.transaction(async (tx) => {
      const admins = await this.store.lockActiveAdmins(tx);
      const staff = await this.store.lockStaff(tx, change.staffId);
      if (!staff) throw new NotFound('There is no member of staff with this id.');
      const leaves = suspended === true || (role !== undefined && role !== 'ADMIN');
      if (leaves && admins.length === 1 && admins[0] === staff.id)
        throw new Conflict('This is the last admin: make somebody else an admin first.');
      if (suspended === true) await this.store.endSessionsOf(tx, staff.id);
      await this.store.updateStaff(tx, staff.id, {
        ...(role !== undefined && { role }),
        // Trainings before no longer count.
        ...(certifiedUntil !== undefined && {
          certifiedUntil,
          grantedUntil: null,
          grantedAt: null,
        }),
        ...(suspended !== undefined && {
          suspendedAt: suspended ? (staff.suspendedAt ?? this.clock.now()) : null,
        }),
      });
      if (suspended === true || role !== undefined)
        this.bus.announce(tx, 'signedOut', { staffId: staff.id });
      return (await this.store.staff(tx, staff.id))!;
    });
  }

  /** For independence: who stands behind whom. People who are not staff are not in it. */
  async lineages(tx: Transaction, ids: Iterable<string>): Promise<Map<string, Lineage>> {
    const today = this.clock.now().toISOString().slice(0, 10);
    const people = await this.store.lineages(tx, [...new Set(ids)], today);
    return new Map(people.map((person) => [person.id, person]));
  }

  /** Whether this person dispatches now, and as an admin. */
  async standing(tx: Transaction, id: string): Promise<{ dispatches: boolean; admin: boolean }> {
    const role = await this.roleOf(tx, id);
    return { dispatches: role !== undefined && DISPATCH.includes(role), admin: role === 'ADMIN' };
  }

  /** What this person may act as now; undefined: as nobody. */
  async roleOf(tx: Transaction, id: string): Promise<RoleName | undefined> {
    const staff = await this.store.staff(tx, id);
    return staff && !staff.suspendedAt ? staff.role : undefined;
  }

  async organizationNames(staff: Pick<StaffRow, 'organizationId'>[]) {
    return this.store.organizationNames(
      this.database.reader,
      staff.map(({ organizationId }) => organizationId),
    );
  }

  async byId(viewer: Pick<Viewer, 'id'>): Promise<StaffRow | null> {
    return this.store.staff(this.database.reader, viewer.id);
  }
}
