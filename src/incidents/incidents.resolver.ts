import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AudiencePreview, Alert } from '../alerts/alerts.graphql.js';
import { AlertReader } from '../alerts/alert-reader.service.js';
import { Delivery, deliveryView } from '../delivery/delivery.graphql.js';
import { DeliveryTotals } from '../delivery/delivery-totals.service.js';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { ANY_STAFF } from '../identity/roles.js';
import { pageSize, toConnection } from '../platform/connection.js';
import { UuidArgument } from '../platform/ids.js';
import { optionalInput } from '../platform/validation.js';
import { School } from '../schools/schools.graphql.js';
import { SchoolsService } from '../schools/schools.service.js';
import { AudiencePreviews } from './audience-preview.service.js';
import type { IncidentRow } from './incident.entity.js';
import { IncidentActions } from './incident-actions.service.js';
import {
  ClearIncidentInput,
  DismissIncidentInput,
  Incident,
  IncidentConnection,
  IncidentFilter,
  Place,
  RetractIncidentInput,
  Size,
  UpdateIncidentInput,
  VerifyIncidentInput,
} from './incidents.graphql.js';
import { IncidentsService } from './incidents.service.js';

@Resolver(() => Incident)
export class IncidentsResolver {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly actions: IncidentActions,
    private readonly previews: AudiencePreviews,
    private readonly alertReader: AlertReader,
    private readonly totals: DeliveryTotals,
    private readonly schools: SchoolsService,
  ) {}

  @AllowedTo(...ANY_STAFF)
  @Query(() => Incident, { nullable: true, description: 'Responders: those they reported.' })
  async incident(
    @CurrentStaff() viewer: Viewer,
    @Args('id', { type: () => ID }, new UuidArgument()) id: string,
  ) {
    return this.incidents.visibleTo(viewer, id);
  }

  @AllowedTo('DISPATCHER', 'ADMIN', 'ANALYST')
  @Query(() => IncidentConnection, { name: 'incidents', description: 'Newest first.' })
  async list(
    @Args('filter', { nullable: true, type: () => IncidentFilter }, optionalInput(IncidentFilter))
    filter?: IncidentFilter | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    return toConnection(await this.incidents.list(filter ?? {}, pageSize(first), after), after);
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Query(() => AudiencePreview, { description: 'Whom verifying would tell.' })
  async audiencePreview(
    @Args('incidentId', { type: () => ID }, new UuidArgument('incidentId')) incidentId: string,
    @Args('radiusMeters', { type: () => Int, nullable: true }) radiusMeters?: number | null,
  ) {
    return this.previews.of(incidentId, radiusMeters);
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, { description: 'Tells the public. Not for an author of its reports.' })
  async verifyIncident(@CurrentStaff() viewer: Viewer, @Args('input') input: VerifyIncidentInput) {
    return this.actions.decide(viewer, input.incidentId, { action: 'VERIFY', ...input });
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, { description: 'Tells whoever was told what has changed.' })
  async updateIncident(@CurrentStaff() viewer: Viewer, @Args('input') input: UpdateIncidentInput) {
    return this.actions.decide(viewer, input.incidentId, { action: 'UPDATE', ...input });
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, { description: 'It is over: the all-clear.' })
  async clearIncident(@CurrentStaff() viewer: Viewer, @Args('input') input: ClearIncidentInput) {
    return this.actions.decide(viewer, input.incidentId, { action: 'CLEAR' });
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, { description: 'It was wrong: the alert is withdrawn.' })
  async retractIncident(
    @CurrentStaff() viewer: Viewer,
    @Args('input') input: RetractIncidentInput,
  ) {
    return this.actions.decide(viewer, input.incidentId, { action: 'RETRACT' });
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, { description: 'Nothing is told; the authors learn why.' })
  async dismissIncident(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { incidentId, outcome }: DismissIncidentInput,
  ) {
    return this.actions.decide(viewer, incidentId, { action: 'DISMISS', dismissal: outcome });
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

  @ResolveField(() => [Alert], { description: 'Its public messages, oldest first.' })
  alerts(@Parent() { id }: IncidentRow) {
    return this.alertReader.ofIncident(id);
  }

  @ResolveField(() => [Delivery], { description: 'The fan-out of each message, oldest first.' })
  async deliveries(@Parent() { id }: IncidentRow) {
    return (await this.totals.ofIncident(id)).map(deliveryView);
  }
}
