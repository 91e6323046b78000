import { Args, Mutation, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { IncidentActions } from './incident-actions.service.js';
import { IncidentMerges } from './incident-merges.service.js';
import {
  ApproveIncidentInput,
  ClearIncidentInput,
  DismissIncidentInput,
  Incident,
  MergeIncidentsInput,
  RecordIncidentInput,
  RejectIncidentInput,
  RetractIncidentInput,
  SplitIncidentInput,
  UpdateIncidentInput,
  VerifyIncidentInput,
} from './incidents.graphql.js';

/** What dispatchers decide. */
@Resolver(() => Incident)
export class DecisionsResolver {
  constructor(
    private readonly actions: IncidentActions,
    private readonly merges: IncidentMerges,
  ) {}

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, {
    description:
      'Tells the public; a wide alert waits for a second dispatcher first. Not for an author of its reports.',
  })
  async verifyIncident(@CurrentStaff() viewer: Viewer, @Args('input') input: VerifyIncidentInput) {
    return this.actions.decide(viewer, input.incidentId, { action: 'VERIFY', ...input });
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, {
    description: 'Sends a wide alert just as another dispatcher chose it.',
  })
  async approveIncident(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { incidentId, proposalId }: ApproveIncidentInput,
  ) {
    return this.actions.decide(viewer, incidentId, {
      action: 'APPROVE',
      proposalId: proposalId.toLowerCase(),
    });
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, { description: 'Drops a wide alert that waits for approval.' })
  async rejectIncident(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { incidentId, proposalId }: RejectIncidentInput,
  ) {
    return this.actions.decide(viewer, incidentId, {
      action: 'REJECT',
      proposalId: proposalId.toLowerCase(),
    });
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, {
    description: 'Confirms for the record what is over already; nobody is told.',
  })
  async recordIncident(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { incidentId }: RecordIncidentInput,
  ) {
    return this.actions.decide(viewer, incidentId, { action: 'RECORD' });
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

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, {
    description: 'Two are one: answers the one that has all reports now. Nothing new is told.',
  })
  async mergeIncidents(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { fromId, intoId }: MergeIncidentsInput,
  ) {
    return this.merges.merge(viewer, fromId.toLowerCase(), intoId.toLowerCase());
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Incident, {
    description:
      'Some reports become an incident of their own, which is answered; just those of a merge: the merge is undone.',
  })
  async splitIncident(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { incidentId, reportIds }: SplitIncidentInput,
  ) {
    return this.merges.split(viewer, incidentId.toLowerCase(), reportIds);
  }
}
