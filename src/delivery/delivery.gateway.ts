import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DispatchGateway } from '../identity/dispatch.gateway.js';
import { Clock } from '../platform/clock.js';
import { Bus } from '../platform/bus.js';
import { deliveryView } from './delivery.graphql.js';
import { DeliveryTotals } from './delivery-totals.service.js';

/** Shows dispatchers a fan-out while it runs. */
@Injectable()
export class DeliveryGateway implements OnModuleInit {
  constructor(
    private readonly bus: Bus,
    private readonly totals: DeliveryTotals,
    private readonly dispatch: DispatchGateway,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.bus.on('delivery', async ({ deliveryId }) => {
      const totals = await this.totals.byId(deliveryId);
      if (totals)
        this.dispatch.tell(['dispatchers'], 'delivery', deliveryView(totals, this.clock.now()));
    });
  }
}
