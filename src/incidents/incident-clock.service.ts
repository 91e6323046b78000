import { Injectable } from '@nestjs/common';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import type { IncidentRow } from './incident.entity.js';
import { transition } from './incident-lifecycle.js';
import { IncidentSteps } from './incident-steps.service.js';
import { IncidentsStore } from './incidents.store.js';
import { Proposals } from './proposals.service.js';
import { ProposalsStore } from './proposals.store.js';

/** The clock's part: proposals lapse, dispatchers are warned, what nobody confirmed expires. */
@Injectable()
export class IncidentClock {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
    private readonly proposalsStore: ProposalsStore,
    private readonly proposals: Proposals,
    private readonly steps: IncidentSteps,
    private readonly queue: Queue,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** Does what is due at this moment, and comes back for what is not yet. */
  async strike(incidentId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const incident = await this.store.lock(tx, incidentId);
      if (incident?.state === 'UNVERIFIED') await this.lapse(tx, incident);
      if (incident?.state === 'ACTIVE') await this.warnOrExpire(tx, incident);
    });
  }

  private async lapse(tx: Transaction, incident: IncidentRow): Promise<void> {
    const proposal = await this.proposalsStore.of(tx, incident.id);
    if (!proposal || (await this.early(tx, incident, proposal.lapsesAt))) return;
    const step = transition(incident.state, 'LAPSE');
    await this.proposals.close(tx, incident, step, 'clock', this.clock.now());
  }

  private async warnOrExpire(tx: Transaction, incident: IncidentRow): Promise<void> {
    const { expiresAt, warnAt } = incident;
    if (!expiresAt) return;
    const now = this.clock.now();
    if (expiresAt <= now) {
      const step = transition(incident.state, 'EXPIRE');
      await this.steps.take(tx, incident, { transition: step, actor: 'clock', now });
    } else if (warnAt && warnAt <= now) {
      await this.store.update(tx, incident.id, { warnAt: null });
      this.bus.announce(tx, 'lapsing', { incidentId: incident.id });
    } else await this.early(tx, incident, warnAt ?? expiresAt);
  }

  /** It was prolonged, or our clock is behind the queue's: then the job comes again. */
  private async early(tx: Transaction, { id }: IncidentRow, due: Date): Promise<boolean> {
    const left = due.getTime() - this.clock.now().getTime();
    if (left > 0)
      await this.queue.send(
        tx,
        'expiry',
        { incidentId: id },
        { startAfter: Math.ceil(left / 1_000) },
      );
    return left > 0;
  }
}
