import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../identity/access.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database.js';
import { Conflict, NotFound } from '../../platform/errors.js';
import { IncidentsStore } from '../incidents.store.js';
import type { LegalHoldRow } from './erasure.entity.js';
import type { HoldReason } from './erasure-reasons.js';
import { ErasureStore } from './erasure.store.js';

/** Holds: while one stands, neither retention nor redaction destroys anything of the incident. */
@Injectable()
export class LegalHolds {
  constructor(
    private readonly database: Database,
    private readonly store: ErasureStore,
    private readonly incidents: IncidentsStore,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {}

  async of(incidentId: string): Promise<LegalHoldRow | null> {
    return this.store.holdOf(this.database.reader, incidentId);
  }

  /** @throws NotFound, Conflict when it is held already. */
  async set(viewer: Viewer, incidentId: string, reason: HoldReason): Promise<LegalHoldRow> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      if (!(await this.incidents.byId(tx, incidentId)))
        throw new NotFound('There is no incident with this id.');
      if (await this.store.holdOf(tx, incidentId))
        throw new Conflict('This incident is under legal hold already.');
      const now = this.clock.now();
      const hold = {
        ...{ id: randomUUID(), incidentId, reason, setBy: viewer.id, setAt: now },
        ...{ liftedBy: null, liftedAt: null },
      };
      await this.store.addHold(tx, hold);
      await this.ledger.append(tx, {
        ...{ kind: 'hold.set', subject: incidentId, at: now, actor: viewer.id },
        facts: { hold: hold.id, reason },
      });
      return hold;
    });
  }

  /** @throws NotFound when none stands. */
  async lift(viewer: Viewer, incidentId: string): Promise<LegalHoldRow> {
    return this.database.transaction(async (tx) => {
      await this.store.lock(tx);
      const hold = await this.store.holdOf(tx, incidentId);
      if (!hold) throw new NotFound('This incident is not under legal hold.');
      const now = this.clock.now();
      await this.store.liftHold(tx, hold.id, viewer.id, now);
      await this.ledger.append(tx, {
        ...{ kind: 'hold.lifted', subject: incidentId, at: now, actor: viewer.id },
        facts: { hold: hold.id },
      });
      return { ...hold, liftedBy: viewer.id, liftedAt: now };
    });
  }
}
