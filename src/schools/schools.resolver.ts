import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo } from '../identity/access.js';
import { pageSize, toConnection } from '../platform/connection.js';
import { BadInput } from '../platform/errors.js';
import { optionalInput } from '../platform/validation.js';
import { PointInput } from './point.graphql.js';
import { District, School, SchoolConnection } from './schools.graphql.js';
import { SchoolsService } from './schools.service.js';
import type { ListedSchool } from './schools.store.js';

@Resolver(() => School)
export class SchoolsResolver {
  constructor(private readonly service: SchoolsService) {}

  @AllowedTo('PUBLIC')
  @Query(() => School, { nullable: true, description: 'Also one that has closed.' })
  async school(@Args('id', { type: () => ID }) id: string) {
    return this.service.record(checkedId(id, /^\d{12}$/, 'an NCES school id: 12 digits'));
  }

  @AllowedTo('PUBLIC')
  @Query(() => SchoolConnection, {
    description: 'Open schools: nearest first with `near`, else best match first, else by name.',
  })
  async schools(
    @Args('search', { type: () => String, nullable: true }) search?: string | null,
    @Args('near', { type: () => PointInput, nullable: true }, optionalInput(PointInput))
    near?: PointInput | null,
    @Args('withinMeters', { type: () => Int, nullable: true }) withinMeters?: number | null,
    @Args('districtId', { type: () => ID, nullable: true }) districtId?: string | null,
    @Args('state', { type: () => String, nullable: true }) state?: string | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    const query = { search, near, withinMeters, districtId, state };
    const page = await this.service.list(query, pageSize(first), after);
    const shown = (school: ListedSchool) => ({
      ...school,
      distanceMeters: near ? Math.round(school.distance) : null,
    });
    const rows = page.rows.map(({ node, cursor }) => ({ node: shown(node), cursor }));
    return toConnection({ ...page, rows }, after);
  }

  @AllowedTo('PUBLIC')
  @Query(() => District, { nullable: true })
  async district(@Args('id', { type: () => ID }) id: string) {
    return this.service.district(checkedId(id, /^\d{7}$/, 'an NCES LEAID: 7 digits'));
  }

  @ResolveField('district', () => District)
  async districtOf(@Parent() { districtId }: { districtId: string }) {
    return this.service.district(districtId);
  }
}

function checkedId(id: string, pattern: RegExp, allowed: string): string {
  if (pattern.test(id)) return id;
  throw new BadInput({ field: 'id', message: `must be ${allowed}` });
}
