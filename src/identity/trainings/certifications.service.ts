import { Injectable } from '@nestjs/common';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Bus } from '../../platform/bus.js';
import { Clock } from '../../platform/clock.js';
import type { Page } from '../../platform/connection.js';
import { Database } from '../../platform/database.js';
import { BadInput } from '../../platform/errors.js';
import { Queue } from '../../platform/queue.js';
import type { StaffRow } from '../staff.entity.js';
import {
  certificationState,
  daysAfter,
  nextLook,
  type CertificationState,
} from './certification.js';
import { CertificationsStore } from './certifications.store.js';

const MAX_WITHIN_DAYS = 366;

/** Whose training lapses, and that they hear of it in time. */
@Injectable()
export class Certifications {
  constructor(
    private readonly database: Database,
    private readonly store: CertificationsStore,
    private readonly ledger: LedgerStore,
    private readonly queue: Queue,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** @param until the last day; null: it does not lapse. */
  state(until: string | null): CertificationState {
    return certificationState(until, this.today);
  }

  async ofStaff(id: string): Promise<(CertificationState & { staffId: string }) | undefined> {
    const staff = await this.store.staff(this.database.reader, id);
    return staff ? { staffId: id, ...this.state(staff.certifiedUntil) } : undefined;
  }

  /** Those that lapse within so many days, or have lapsed. @throws BadInput */
  async lapsing(days: number, size: number, after?: string | null): Promise<Page<StaffRow>> {
    if (!Number.isInteger(days) || days < 0 || days > MAX_WITHIN_DAYS)
      throw new BadInput({
        field: 'withinDays',
        message: `must be a whole number from 0 to ${MAX_WITHIN_DAYS}`,
      });
    return this.store.lapsing(this.database.reader, daysAfter(this.today, days), size, after);
  }

  /**
   * Warns whoever is to be warned today, once: whichever process looks first on a day looks for all, and
   * has the next day’s look queued.
   */
  async look(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const at = this.clock.now();
      if (!(await this.store.claim(tx, this.today, at))) return;
      await this.queue.send(
        tx,
        'certifications',
        { day: this.today },
        { startAfter: nextLook(at) },
      );
      const warned = await this.store.warn(tx, this.today, at);
      for (const { staffId } of warned) this.bus.announce(tx, 'certification', { staffId });
      await this.ledger.appendAll(
        tx,
        warned.map(({ staffId, certifiedUntil, daysBefore }) => ({
          ...{ kind: 'certification.warned', subject: staffId, at, actor: 'clock' },
          facts: { certifiedUntil, daysBefore },
        })),
      );
    });
  }

  /** Looks as soon as a worker is free: after a start, in case a day was missed. */
  async lookSoon(): Promise<void> {
    await this.database.transaction((tx) =>
      this.queue.send(tx, 'certifications', { day: this.today }),
    );
  }

  /** As reports count it, by UTC. */
  private get today(): string {
    return this.clock.now().toISOString().slice(0, 10);
  }
}
