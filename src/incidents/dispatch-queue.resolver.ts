import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo } from '../identity/access.js';
import { pageSize } from '../platform/connection.js';
import { DispatchEntry } from './dispatch-queue.graphql.js';
import { DispatchQueue } from './dispatch-queue.service.js';

@Resolver(() => DispatchEntry)
export class DispatchQueueResolver {
  constructor(private readonly queue: DispatchQueue) {}

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Query(() => [DispatchEntry], { description: 'What needs a decision, the most pressing first.' })
  async dispatchQueue(
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('drills', { type: () => Boolean, nullable: true, description: 'Those of drills.' })
    drills?: boolean | null,
  ) {
    return this.queue.list(drills ?? false, pageSize(first));
  }
}
