import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { ANY_STAFF, REPORT } from '../identity/roles.js';
import { Incident, Place, Size } from '../incidents/incidents.graphql.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { pageSize, toConnection } from '../platform/connection.js';
import { UuidArgument } from '../platform/ids.js';
import type { ReportRow } from './report.entity.js';
import { FileReportInput, Report, ReportConnection, Unit } from './reports.graphql.js';
import { ReportsService } from './reports.service.js';
import type { Salute } from './salute.js';

@Resolver(() => Report)
export class ReportsResolver {
  constructor(
    private readonly reports: ReportsService,
    private readonly incidents: IncidentsService,
  ) {}

  @AllowedTo(...REPORT)
  @Mutation(() => Report, { description: 'Files a report; safe to send again.' })
  async fileReport(@CurrentStaff() viewer: Viewer, @Args('input') input: FileReportInput) {
    return this.reports.file(viewer, input.id.toLowerCase(), saluteOf(input));
  }

  @AllowedTo(...ANY_STAFF)
  @Query(() => Report, { nullable: true, description: 'Responders: their own.' })
  async report(
    @CurrentStaff() viewer: Viewer,
    @Args('id', { type: () => ID }, new UuidArgument()) id: string,
  ) {
    return this.reports.visibleTo(viewer, id);
  }

  @AllowedTo(...ANY_STAFF)
  @Query(() => ReportConnection, {
    description: 'Your own, newest first; what became of each is its incident’s state.',
  })
  async myReports(
    @CurrentStaff() viewer: Viewer,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    return toConnection(await this.reports.ofAuthor(viewer, pageSize(first), after), after);
  }

  @ResolveField(() => Incident, { description: 'Its state is the outcome of the report.' })
  incident(@Parent() { incidentId }: ReportRow) {
    return this.incidents.byId(incidentId);
  }

  @ResolveField(() => Place)
  location(@Parent() { latitude, longitude }: ReportRow): Place {
    return { latitude, longitude };
  }

  @ResolveField(() => Size)
  size(@Parent() { agents, vehicles }: ReportRow): Size {
    return { agents, vehicles };
  }

  @ResolveField(() => Unit)
  unit(@Parent() { agency, identifiedBy }: ReportRow): Unit {
    return { agency, identifiedBy };
  }

  @ResolveField(() => String, { nullable: true, description: 'For the author and dispatchers.' })
  narrative(@CurrentStaff() viewer: Viewer, @Parent() report: ReportRow): string | null {
    return this.reports.narrative(viewer, report);
  }
}

/** Adds an incident's reports to its type, so that `incidents` need not know `reports`. */
@Resolver(() => Incident)
export class IncidentReportsResolver {
  constructor(private readonly reports: ReportsService) {}

  @ResolveField('reports', () => [Report], {
    description: 'As filed, oldest first; responders: their own.',
  })
  async of(@CurrentStaff() viewer: Viewer, @Parent() { id }: { id: string }) {
    return this.reports.ofIncident(viewer, id);
  }
}

function saluteOf(input: FileReportInput): Salute {
  const { observedAt, vantage, activity, location, size, unit } = input;
  return {
    ...{ observedAt, vantage, activity },
    size: { agents: size?.agents ?? null, vehicles: size?.vehicles ?? null },
    location: {
      latitude: location.latitude,
      longitude: location.longitude,
      accuracyMeters: location.accuracyMeters ?? null,
    },
    unit: { agency: unit?.agency ?? 'UNKNOWN', identifiedBy: unit?.identifiedBy ?? [] },
    equipment: input.equipment ?? [],
    campus: input.campus ?? null,
    authority: input.authority ?? null,
    schoolPolice: input.schoolPolice ?? null,
    narrative: input.narrative?.trim() || null,
    drill: input.drill ?? false,
  };
}
