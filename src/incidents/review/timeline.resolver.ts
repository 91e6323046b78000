import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentStaff, type Viewer } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { LedgerReader } from '../../ledger/ledger-reader.service.js';
import { Proofs } from '../../ledger/proofs.service.js';
import { pageSize } from '../../platform/connection.js';
import { BadInput } from '../../platform/errors.js';
import type { IncidentRow } from '../incident.entity.js';
import { Incident } from '../incidents.graphql.js';
import { IncidentsService } from '../incidents.service.js';
import { proofView } from '../record/record.graphql.js';
import { IncidentTimelineEntry } from './timeline.graphql.js';
import { timelineEntry } from './timeline.js';

/** Adds its timeline to an incident. */
@Resolver(() => Incident)
export class TimelineResolver {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly ledger: LedgerReader,
    private readonly proofs: Proofs,
  ) {}

  @ResolveField(() => [IncidentTimelineEntry], {
    nullable: true,
    description:
      'In the order of the ledger, with what was merged into it; the next page is after the last entry. For dispatchers, analysts and admins; null for responders.',
  })
  async timeline(
    @CurrentStaff() { role }: Viewer,
    @Parent() { id }: IncidentRow,
    @Args('first', { type: () => Int, nullable: true, description: '1 to 100.' })
    first?: number | null,
    @Args('after', { type: () => Int, nullable: true, description: 'Number of an entry.' })
    after?: number | null,
  ) {
    if (!CHRONICLE.includes(role)) return null;
    if ((after ?? 0) < 0) throw new BadInput({ field: 'after', message: 'must be 0 or more' });
    const parts = await this.incidents.partsOf(id);
    const size = pageSize(first ?? 100);
    const entries = await this.ledger.ofSubjects(parts, after ?? 0, size);
    const proofs = await this.proofs.ofEntries(entries.map(({ seq }) => seq));
    return entries.map((entry) => {
      const proof = proofs.get(entry.seq);
      return { ...timelineEntry(entry), proof: proof ? proofView(proof) : null };
    });
  }
}
