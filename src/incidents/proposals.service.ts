import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { roundedCount } from '../alerts/audience.js';
import type { Transaction } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import type { IncidentRow } from './incident.entity.js';
import type { Transition } from './incident-lifecycle.js';
import { IncidentSteps } from './incident-steps.service.js';
import { ProposalsStore } from './proposals.store.js';
import { frozen, type Telling } from './telling.js';
import { APPROVAL_MINUTES, type WideReason } from './wide-alert.js';

export interface NewProposal {
  transition: Transition;
  by: string;
  now: Date;
  telling: Telling;
  wide: { devices: number; reasons: WideReason[] };
  radiusMeters: number;
  minutes: number;
}

/** Wide alerts between the first dispatcher's choice and the second one's approval. */
@Injectable()
export class Proposals {
  constructor(
    private readonly store: ProposalsStore,
    private readonly steps: IncidentSteps,
    private readonly queue: Queue,
  ) {}

  async open(tx: Transaction, incident: IncidentRow, proposed: NewProposal): Promise<IncidentRow> {
    const { transition, by, now, telling, wide, radiusMeters, minutes } = proposed;
    const id = randomUUID();
    const lapsesAt = new Date(now.getTime() + APPROVAL_MINUTES * 60_000);
    await this.store.put(tx, {
      ...{ id, incidentId: incident.id, proposedBy: by, proposedAt: now, lapsesAt },
      ...{ radiusMeters, minutes, devices: roundedCount(wide.devices), reasons: wide.reasons },
      scene: frozen(telling),
    });
    await this.queue.send(tx, 'expiry', { incidentId: incident.id }, { startAfter: lapsesAt });
    const { reasons } = wide;
    const facts = { proposal: id, radiusMeters, minutes, reasons };
    return this.steps.take(tx, incident, { transition, actor: by, now, facts });
  }

  /** Rejected by somebody, or lapsed by the clock. */
  async close(
    tx: Transaction,
    incident: IncidentRow,
    transition: Transition,
    actor: string,
    now: Date,
  ): Promise<IncidentRow> {
    const proposal = await this.store.of(tx, incident.id);
    await this.store.remove(tx, incident.id);
    const facts = { proposal: proposal?.id ?? null };
    return this.steps.take(tx, incident, { transition, actor, now, facts });
  }
}
