import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { pageSize, toConnection } from '../../platform/connection.js';
import { optionalInput } from '../../platform/validation.js';
import { IncidentConnection } from '../incidents.graphql.js';
import { IncidentFacets } from './facets.graphql.js';
import { IncidentFilterInput } from './filter.graphql.js';
import type { IncidentFilter } from './incident-filter.js';
import { DEFAULT_ORDER, type IncidentOrderName } from './incident-order.js';
import { IncidentOrder } from './order.graphql.js';
import { IncidentReview } from './review.service.js';

/** The list of incidents. */
@Resolver(() => IncidentConnection)
export class ReviewResolver {
  constructor(private readonly review: IncidentReview) {}

  @AllowedTo(...CHRONICLE)
  @Query(() => IncidentConnection, { name: 'incidents', description: 'Newest first.' })
  async list(
    @Args(
      'filter',
      { nullable: true, type: () => IncidentFilterInput },
      optionalInput(IncidentFilterInput),
    )
    filter?: IncidentFilterInput | null,
    @Args('orderBy', { type: () => IncidentOrder, nullable: true })
    orderBy?: IncidentOrderName | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ) {
    const order = orderBy ?? DEFAULT_ORDER;
    const page = await this.review.list(filter ?? {}, order, pageSize(first), after);
    return { ...toConnection(page, after), filter: filter ?? {} };
  }

  @ResolveField(() => IncidentFacets, {
    description: 'Of all that fits the filter, not of this page.',
  })
  async facets(@Parent() { filter }: { filter: IncidentFilter }) {
    return this.review.facets(filter);
  }
}
