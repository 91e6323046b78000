import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../../identity/access.js';
import { READ_LEDGER, REDACT } from '../../identity/roles.js';
import { Checkpoints } from '../../ledger/checkpoints.service.js';
import { Proofs } from '../../ledger/proofs.service.js';
import { Clock } from '../../platform/clock.js';
import { Incident } from '../incidents.graphql.js';
import { LegalHolds } from './legal-holds.service.js';
import { Redactions } from './redactions.service.js';
import { IncidentRecord } from './incident-record.service.js';
import {
  DecideRedactionInput,
  LedgerCheckpoint,
  LedgerEntry,
  LedgerProof,
  LegalHold,
  LiftLegalHoldInput,
  RedactEntryInput,
  Redaction,
  SetLegalHoldInput,
  checkpointView,
  proofView,
  redactionView,
} from './record.graphql.js';

/** The ledger as staff read it, and what may be removed from it. */
@Resolver(() => Incident)
export class RecordResolver {
  constructor(
    private readonly record: IncidentRecord,
    private readonly checkpoints: Checkpoints,
    private readonly proofs: Proofs,
    private readonly redactions: Redactions,
    private readonly holds: LegalHolds,
    private readonly clock: Clock,
  ) {}

  @AllowedTo(...READ_LEDGER)
  @Query(() => LedgerEntry, {
    nullable: true,
    description: 'An entry with the proof that it is in the latest checkpoint.',
  })
  async ledgerProof(@Args('entry', { type: () => Int }) entry: number) {
    return this.record.entry(entry);
  }

  @AllowedTo(...READ_LEDGER)
  @Query(() => LedgerCheckpoint, { nullable: true, description: 'The latest.' })
  async ledgerCheckpoint() {
    const latest = await this.checkpoints.latest();
    return latest && checkpointView(latest);
  }

  @AllowedTo(...READ_LEDGER)
  @Query(() => LedgerProof, {
    nullable: true,
    description: 'That the latest checkpoint is an earlier one, of so many entries, grown.',
  })
  async ledgerConsistency(@Args('size', { type: () => Int }) size: number) {
    const proof = await this.proofs.ofGrowth(size);
    return proof && proofView(proof);
  }

  @AllowedTo(...REDACT)
  @Query(() => [Redaction], { description: 'Those that wait for a second person, oldest first.' })
  async pendingRedactions() {
    const now = this.clock.now();
    return (await this.redactions.pending()).map((redaction) => redactionView(redaction, now));
  }

  @AllowedTo(...REDACT)
  @Mutation(() => Redaction, {
    description:
      'Proposes to destroy the value that an entry vouches for. Nothing happens until somebody else approves; it lapses after 72 hours.',
  })
  async redactEntry(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { entry, reason }: RedactEntryInput,
  ) {
    return redactionView(await this.redactions.propose(viewer, entry, reason), this.clock.now());
  }

  @AllowedTo(...REDACT)
  @Mutation(() => Redaction, { description: 'Destroys the value. Not for whoever proposed it.' })
  async approveRedaction(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { redactionId }: DecideRedactionInput,
  ) {
    const decided = await this.redactions.approve(viewer, redactionId.toLowerCase());
    return redactionView(decided, this.clock.now());
  }

  @AllowedTo(...REDACT)
  @Mutation(() => Redaction, { description: 'Whoever proposed it may withdraw it so.' })
  async rejectRedaction(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { redactionId }: DecideRedactionInput,
  ) {
    const decided = await this.redactions.reject(viewer, redactionId.toLowerCase());
    return redactionView(decided, this.clock.now());
  }

  @AllowedTo('ADMIN')
  @Mutation(() => LegalHold, {
    description: 'From now on nothing of the incident, and of those merged with it, is destroyed.',
  })
  async setLegalHold(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { incidentId, reason }: SetLegalHoldInput,
  ) {
    return this.holds.set(viewer, incidentId.toLowerCase(), reason);
  }

  @AllowedTo('ADMIN')
  @Mutation(() => LegalHold)
  async liftLegalHold(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { incidentId }: LiftLegalHoldInput,
  ) {
    return this.holds.lift(viewer, incidentId.toLowerCase());
  }

  @ResolveField(() => [LedgerEntry], {
    nullable: true,
    description: 'Everything that was recorded of it, oldest first; null for responders.',
  })
  async ledger(@CurrentStaff() viewer: Viewer, @Parent() { id }: { id: string }) {
    return READ_LEDGER.includes(viewer.role) ? this.record.ofIncident(id) : null;
  }

  @ResolveField(() => LegalHold, {
    nullable: true,
    description: 'The one that stands on it; null for responders.',
  })
  async legalHold(@CurrentStaff() viewer: Viewer, @Parent() { id }: { id: string }) {
    return READ_LEDGER.includes(viewer.role) ? this.holds.of(id) : null;
  }
}
