import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { ANY_STAFF } from '../identity/roles.js';
import { pageSize, toConnection } from '../platform/connection.js';
import { UuidArgument } from '../platform/ids.js';
import { School } from '../schools/schools.graphql.js';
import { SchoolsService } from '../schools/schools.service.js';
import type { DrillRow } from './drill.entity.js';
import {
  Drill,
  DrillConnection,
  DrillReport,
  EndDrillInput,
  StartDrillInput,
} from './drills.graphql.js';
import { Drills } from './drills.service.js';
import { Incident } from './incidents.graphql.js';

@Resolver(() => Drill)
export class DrillsResolver {
  constructor(
    private readonly drills: Drills,
    private readonly schools: SchoolsService,
  ) {}

  @AllowedTo(...ANY_STAFF)
  @Query(() => Drill, { nullable: true })
  async drill(@Args('id', { type: () => ID }, new UuidArgument()) id: string) {
    return this.drills.byId(id);
  }

  @AllowedTo(...ANY_STAFF)
  @Query(() => DrillConnection, { name: 'drills', description: 'Newest first.' })
  async list(
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    return toConnection(await this.drills.list(pageSize(first), after), after);
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Drill, {
    description:
      'File its reports with drill: true, then verify, update and clear as ever; one person may play every part.',
  })
  async startDrill(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { schoolId, minutes }: StartDrillInput,
  ) {
    return this.drills.start(viewer, schoolId, minutes);
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => Drill, { description: 'Whoever was told hears that it is over.' })
  async endDrill(@CurrentStaff() viewer: Viewer, @Args('input') { drillId }: EndDrillInput) {
    return this.drills.end(drillId.toLowerCase(), viewer.id);
  }

  @ResolveField(() => School)
  school(@Parent() { schoolId }: DrillRow) {
    return this.schools.record(schoolId);
  }

  @ResolveField(() => [Incident], { description: 'Oldest first.' })
  incidents(@Parent() { id }: DrillRow) {
    return this.drills.incidentsOf(id);
  }

  @ResolveField(() => DrillReport)
  report(@Parent() drill: DrillRow) {
    return this.drills.report(drill);
  }
}
