import { Args, Int, Query, Resolver, registerEnumType } from '@nestjs/graphql';
import { AllowedTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { pageSize, toConnection } from '../../platform/connection.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { optionalInput } from '../../platform/validation.js';
import { IncidentConnection } from '../incidents.graphql.js';
import { IncidentFilterInput } from './filter.graphql.js';
import { DEFAULT_ORDER, INCIDENT_ORDERS, type IncidentOrderName } from './incident-order.js';
import { IncidentReview } from './review.service.js';

const IncidentOrder = enumOf(INCIDENT_ORDERS);
registerEnumType(IncidentOrder, {
  name: 'IncidentOrder',
  description: 'By when the first report came in, or when the first observation was made.',
});

/** The list of incidents. */
@Resolver()
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
    return toConnection(await this.review.list(filter ?? {}, order, pageSize(first), after), after);
  }
}
