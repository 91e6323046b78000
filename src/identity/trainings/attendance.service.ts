import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Clock } from '../../platform/clock.js';
import { Database, type Transaction } from '../../platform/database.js';
import { BadInput, Conflict, Forbidden, NotFound } from '../../platform/errors.js';
import type { Viewer } from '../access.js';
import type { StaffRow } from '../staff.entity.js';
import { certifiedBy } from './certification.js';
import { attendanceEntry } from './training-entry.js';
import type { AttendanceRow, TrainingRow } from './training.entity.js';
import { certifiesUntil, type CorrectionReasonName } from './training.js';
import { mayKeep } from './trainings.service.js';
import { TrainingsStore } from './trainings.store.js';

/** Who was there, and until when that certifies them. */
@Injectable()
export class Attendance {
  constructor(
    private readonly database: Database,
    private readonly store: TrainingsStore,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {}

  /** Those that were corrected too. @throws NotFound, Forbidden */
  async of(viewer: Viewer, trainingId: string): Promise<AttendanceRow[]> {
    const { reader } = this.database;
    requireRecorder(viewer, await this.store.byId(reader, trainingId));
    return this.store.attendance(reader, trainingId);
  }

  /**
   * Certifies everybody who was there. Whoever is recorded already stays as they are.
   * @throws BadInput, NotFound, Forbidden, Conflict; then nobody is recorded.
   */
  async record(viewer: Viewer, trainingId: string, staffIds: string[]): Promise<TrainingRow> {
    if (staffIds.includes(viewer.id))
      throw new Forbidden('Somebody else records that you were there.');
    return this.database.transaction(async (tx) => {
      const training = requireRecorder(viewer, await this.store.lock(tx, trainingId));
      const now = this.clock.now();
      if (training.cancelledAt) throw new Conflict('This training was cancelled.');
      if (training.startsAt > now)
        throw new Conflict('This training has not begun: record who attended once it has.');
      const known = await this.store.attendance(tx, trainingId);
      const there = new Set(known.filter((one) => !one.voidedAt).map(({ staffId }) => staffId));
      const fresh = [...new Set(staffIds)].filter((id) => !there.has(id));
      if (training.capacity !== null && there.size + fresh.length > training.capacity)
        throw new Conflict(
          `With them ${there.size + fresh.length} people attended a training for ${training.capacity}: correct who, or its capacity.`,
        );
      if (fresh.length > 0)
        await this.certify(tx, training, await this.people(tx, fresh, staffIds), viewer.id);
      return training;
    });
  }

  /**
   * It was recorded wrongly: the certification is again what it would be without it.
   * @throws NotFound
   */
  async correct(
    viewer: Viewer,
    trainingId: string,
    staffId: string,
    reason: CorrectionReasonName,
  ): Promise<TrainingRow> {
    return this.database.transaction(async (tx) => {
      const training = await this.store.lock(tx, trainingId);
      if (!training) throw new NotFound('There is no training with this id.');
      const attendance = await this.store.standing(tx, trainingId, staffId);
      if (!attendance) throw new NotFound('It is not recorded that this person attended.');
      const [staff] = (await this.store.lockStaff(tx, [staffId])) as [StaffRow];
      const done = { at: this.clock.now(), actor: viewer.id };
      await this.store.void(tx, attendance.id, { at: done.at, by: viewer.id, reason });
      const before = staff.certifiedUntil;
      const after = await this.recount(tx, staff);
      const facts = { staffId, reason, before, after };
      await this.ledger.append(
        tx,
        attendanceEntry('training.attendance-corrected', trainingId, facts, done),
      );
      return training;
    });
  }

  private async certify(
    tx: Transaction,
    training: TrainingRow,
    people: StaffRow[],
    actor: string,
  ): Promise<void> {
    // What counts is recorded no earlier than what they were given: by whoever was waited for, whose
    // clock may be ahead.
    const given = people.map(({ grantedAt }) => grantedAt?.getTime() ?? 0);
    const done = { at: new Date(Math.max(this.clock.now().getTime(), ...given)), actor };
    const until = certifiesUntil(training.startsAt, training.validMonths);
    await this.store.addAttendance(
      tx,
      people.map(({ id: staffId }) => ({
        ...{ id: randomUUID(), trainingId: training.id, staffId, certifiesUntil: until },
        ...{ recordedBy: done.actor, recordedAt: done.at },
        ...{ voidedAt: null, voidedBy: null, voidReason: null },
      })),
    );
    const entries = [];
    for (const staff of people) {
      const before = staff.certifiedUntil;
      const granted = staff.grantedAt ? {} : { grantedAt: done.at, grantedUntil: before };
      const after = await this.recount(tx, { ...staff, ...granted });
      const facts = { staffId: staff.id, before, after };
      entries.push(attendanceEntry('training.attended', training.id, facts, done));
    }
    await this.ledger.appendAll(tx, entries);
  }

  /** From what they were given otherwise, and every attendance since that counts. */
  private async recount(tx: Transaction, staff: StaffRow): Promise<string | null> {
    const { id, grantedUntil, grantedAt } = staff;
    // Given anew since: the attendances before that no longer count.
    if (!grantedAt) return staff.certifiedUntil;
    const attended = await this.store.countedSince(tx, id, grantedAt);
    const certifiedUntil = certifiedBy(grantedUntil, attended);
    await this.store.setCertification(tx, id, { certifiedUntil, grantedUntil, grantedAt });
    return certifiedUntil;
  }

  /** Locked; @throws BadInput naming each that is nobody active, as the client listed them. */
  private async people(tx: Transaction, ids: string[], asked: string[]): Promise<StaffRow[]> {
    const found = await this.store.lockStaff(tx, ids);
    const active = new Set(found.filter(({ suspendedAt }) => !suspendedAt).map(({ id }) => id));
    const problems = ids
      .filter((id) => !active.has(id))
      .map((id) => ({
        field: `staffIds.${asked.indexOf(id)}`,
        message: 'no such member of staff is active',
      }));
    if (problems.length > 0) throw new BadInput(problems);
    return found;
  }
}

/** Admins, dispatchers of its organization, and its trainer. @throws NotFound, Forbidden */
function requireRecorder(viewer: Viewer, training: TrainingRow | null): TrainingRow {
  if (!training) throw new NotFound('There is no training with this id.');
  if (mayKeep(viewer, training) || training.trainerId === viewer.id) return training;
  throw new Forbidden(
    'This is for admins, for dispatchers of its own organization, and for its trainer.',
  );
}
