import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { CHRONICLE, KEEP_EVIDENCE } from '../identity/roles.js';
import { Incident } from '../incidents/incidents.graphql.js';
import { EvidenceCopies } from './copies.service.js';
import type { EvidenceRow } from './evidence.entity.js';
import {
  CopyStateEnum,
  ClearEvidenceInput,
  CoverEvidenceInput,
  Evidence,
  EvidenceCopy,
  WithdrawEvidenceInput,
  type CopyState,
} from './evidence.graphql.js';
import { EvidenceService } from './evidence.service.js';

@Resolver(() => Evidence)
export class EvidenceResolver {
  constructor(
    private readonly service: EvidenceService,
    private readonly made: EvidenceCopies,
  ) {}

  @AllowedTo(...KEEP_EVIDENCE)
  @Mutation(() => Evidence, {
    description:
      'Covers faces, plates and whatever else must not be seen, for good, on a new copy.',
  })
  async coverEvidence(@CurrentStaff() viewer: Viewer, @Args('input') input: CoverEvidenceInput) {
    return this.made.cover(viewer, nameOf(input), input.regions);
  }

  @AllowedTo(...KEEP_EVIDENCE)
  @Mutation(() => Evidence, {
    description:
      'Says of the latest copy that faces and plates are covered, or that there are none.',
  })
  async clearEvidence(@CurrentStaff() viewer: Viewer, @Args('input') input: ClearEvidenceInput) {
    const { faces, plates } = input;
    return this.made.clear(viewer, nameOf(input), { faces, plates });
  }

  @AllowedTo(...KEEP_EVIDENCE)
  @Mutation(() => Evidence, { description: 'Takes it out of use; the sealed original stays.' })
  async withdrawEvidence(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { evidenceId, reason }: WithdrawEvidenceInput,
  ) {
    return this.made.withdraw(viewer, evidenceId.toLowerCase(), reason);
  }

  @ResolveField(() => String)
  sha256(@Parent() { sha256 }: EvidenceRow): string {
    return sha256.toString('hex');
  }

  @ResolveField(() => CopyStateEnum)
  async copyState(@Parent() { id, unreadableAt, destroyedAt }: EvidenceRow): Promise<CopyState> {
    if (destroyedAt) return 'DESTROYED';
    if (unreadableAt) return 'UNREADABLE';
    return (await this.service.copiesOf(id)).length > 0 ? 'READY' : 'PENDING';
  }

  @ResolveField(() => [EvidenceCopy], {
    nullable: true,
    description: 'The latest last. For dispatchers, analysts and admins; null for responders.',
  })
  async copies(@CurrentStaff() viewer: Viewer, @Parent() { id }: EvidenceRow) {
    if (!CHRONICLE.includes(viewer.role)) return null;
    const rows = await this.service.copiesOf(id);
    return rows.map((row) => ({ ...row, sha256: row.sha256.toString('hex') }));
  }
}

/** Adds an incident’s evidence to its type, so that `incidents` need not know `evidence`. */
@Resolver(() => Incident)
export class IncidentEvidenceResolver {
  constructor(private readonly service: EvidenceService) {}

  @ResolveField('evidence', () => [Evidence], {
    description: 'Photos and documents, the earliest first; responders: their own.',
  })
  of(@CurrentStaff() viewer: Viewer, @Parent() { id }: { id: string }) {
    return this.service.ofIncident(viewer, id);
  }
}

const nameOf = ({ evidenceId, version }: { evidenceId: string; version: number }) => ({
  evidenceId: evidenceId.toLowerCase(),
  version,
});
