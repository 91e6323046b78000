import { Injectable } from '@nestjs/common';
import { StaffService } from '../identity/staff.service.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import type { ProposalRow } from './proposal.entity.js';
import { ProposalsStore } from './proposals.store.js';

/** Wide alerts that can still be approved, as dispatchers are shown them. */
@Injectable()
export class StandingProposals {
  constructor(
    private readonly database: Database,
    private readonly store: ProposalsStore,
    private readonly staff: StaffService,
    private readonly clock: Clock,
  ) {}

  /** By incident. Those that lapsed, or whose author no longer dispatches, are left out. */
  async of(incidentIds: string[]): Promise<Map<string, ProposalRow>> {
    const { reader } = this.database;
    const now = this.clock.now();
    const standing = new Map<string, ProposalRow>();
    for (const proposal of (await this.store.ofAll(reader, incidentIds)).values()) {
      if (proposal.lapsesAt <= now) continue;
      const { dispatches } = await this.staff.standing(reader, proposal.proposedBy);
      if (dispatches) standing.set(proposal.incidentId, proposal);
    }
    return standing;
  }
}
