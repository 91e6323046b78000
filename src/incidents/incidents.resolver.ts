import { Args, Float, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AudiencePreview, Alert } from '../alerts/alerts.graphql.js';
import { AlertReader } from '../alerts/alert-reader.service.js';
import { Delivery, deliveryView } from '../delivery/delivery.graphql.js';
import { DeliveryTotals } from '../delivery/delivery-totals.service.js';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { ANY_STAFF } from '../identity/roles.js';
import { Clock } from '../platform/clock.js';
import { UuidArgument } from '../platform/ids.js';
import { School } from '../schools/schools.graphql.js';
import { SchoolsService } from '../schools/schools.service.js';
import { AudiencePreviews } from './audience-preview.service.js';
import type { IncidentRow } from './incident.entity.js';
import { Incident, Place, Size } from './incidents.graphql.js';
import { forgottenAt, minutesBetween } from './correction.js';
import { Proposal, proposalView } from './proposals.graphql.js';
import { IncidentsService } from './incidents.service.js';

@Resolver(() => Incident)
export class IncidentsResolver {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly previews: AudiencePreviews,
    private readonly alertReader: AlertReader,
    private readonly totals: DeliveryTotals,
    private readonly schools: SchoolsService,
    private readonly clock: Clock,
  ) {}

  @AllowedTo(...ANY_STAFF)
  @Query(() => Incident, { nullable: true, description: 'Responders: those they reported.' })
  async incident(
    @CurrentStaff() viewer: Viewer,
    @Args('id', { type: () => ID }, new UuidArgument()) id: string,
  ) {
    return this.incidents.visibleTo(viewer, id);
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Query(() => AudiencePreview, { description: 'Whom verifying would tell.' })
  async audiencePreview(
    @Args('incidentId', { type: () => ID }, new UuidArgument('incidentId')) incidentId: string,
    @Args('radiusMeters', { type: () => Int, nullable: true }) radiusMeters?: number | null,
  ) {
    return this.previews.of(incidentId, radiusMeters);
  }

  @ResolveField(() => Place)
  place(@Parent() { latitude, longitude }: IncidentRow): Place {
    return { latitude, longitude };
  }

  @ResolveField(() => Size)
  size(@Parent() { agents, vehicles }: IncidentRow): Size {
    return { agents, vehicles };
  }

  @ResolveField(() => Int, { description: 'How many reports it has.' })
  reportCount(@Parent() { reports }: IncidentRow): number {
    return reports;
  }

  @ResolveField(() => School, { description: 'The nearest school.' })
  school(@Parent() { schoolId }: IncidentRow) {
    return this.schools.record(schoolId);
  }

  @ResolveField(() => Boolean, { description: 'Whether you wrote one of its reports.' })
  async viewerIsAuthor(@CurrentStaff() viewer: Viewer, @Parent() { id }: IncidentRow) {
    return (await this.incidents.authorsOf(id)).has(viewer.id);
  }

  @ResolveField(() => Int, {
    description: 'Independent people who saw it themselves and say the same.',
  })
  corroborating(@Parent() { id }: IncidentRow) {
    return this.incidents.corroborating(id);
  }

  @ResolveField(() => Proposal, {
    nullable: true,
    description: 'A wide alert that one dispatcher chose and another must approve.',
  })
  async pendingApproval(@Parent() { id, state }: IncidentRow) {
    const proposal = state === 'UNVERIFIED' ? await this.incidents.proposal(id) : null;
    return proposal && proposalView(proposal);
  }

  @ResolveField(() => Incident, { nullable: true, description: 'Where its reports are now.' })
  mergedInto(@Parent() { mergedInto }: IncidentRow) {
    return mergedInto && this.incidents.byId(mergedInto);
  }

  @ResolveField(() => Boolean)
  drill(@Parent() { drillId }: IncidentRow): boolean {
    return drillId !== null;
  }

  @ResolveField(() => Float, {
    nullable: true,
    description: 'From the verification to the all-clear or the retraction.',
  })
  async minutesToCorrection(@Parent() incident: IncidentRow): Promise<number | null> {
    const { verifiedAt } = incident;
    const correctedAt = await this.incidents.correctedAt(incident);
    return verifiedAt && correctedAt && minutesBetween(verifiedAt, correctedAt);
  }

  @ResolveField(() => Date, {
    nullable: true,
    description: 'Until when a retraction still finds those who were told.',
  })
  correctableUntil(@Parent() { confirmedAt, endedAt }: IncidentRow): Date | null {
    return confirmedAt && endedAt && forgottenAt(endedAt);
  }

  @ResolveField(() => [Alert], { description: 'Its public messages, oldest first.' })
  alerts(@Parent() { id }: IncidentRow) {
    return this.alertReader.ofIncident(id);
  }

  @ResolveField(() => [Delivery], { description: 'The fan-out of each message, oldest first.' })
  async deliveries(@Parent() { id }: IncidentRow) {
    return (await this.totals.ofIncident(id)).map((totals) =>
      deliveryView(totals, this.clock.now()),
    );
  }
}
