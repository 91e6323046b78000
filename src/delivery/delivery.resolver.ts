import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { Clock } from '../platform/clock.js';
import { UuidArgument } from '../platform/ids.js';
import { AllowedTo } from '../identity/access.js';
import { Delivery, deliveryView } from './delivery.graphql.js';
import { DeliveryTotals } from './delivery-totals.service.js';

@Resolver(() => Delivery)
export class DeliveryResolver {
  constructor(
    private readonly totals: DeliveryTotals,
    private readonly clock: Clock,
  ) {}

  @AllowedTo('DISPATCHER', 'ADMIN', 'ANALYST')
  @Query(() => Delivery, { nullable: true, description: 'How far the fan-out of an alert is.' })
  async delivery(
    @Args('alertId', { type: () => ID }, new UuidArgument('alertId')) alertId: string,
  ) {
    const totals = await this.totals.byId(alertId);
    return totals ? deliveryView(totals, this.clock.now()) : null;
  }
}
