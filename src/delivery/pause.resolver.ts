import { Mutation, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { AlertPauseState, pauseView } from './pause.graphql.js';
import { AlertPause } from './pause.service.js';

@Resolver(() => AlertPauseState)
export class PauseResolver {
  constructor(private readonly pause: AlertPause) {}

  @AllowedTo('DISPATCHER', 'ADMIN', 'ANALYST')
  @Query(() => AlertPauseState)
  async alertPause() {
    return pauseView(await this.pause.current());
  }

  @AllowedTo('DISPATCHER', 'ADMIN')
  @Mutation(() => AlertPauseState, {
    description: 'Stops everything that is sent to the public, also what is queued. At once.',
  })
  async pauseAlerts(@CurrentStaff() viewer: Viewer) {
    return pauseView(await this.pause.pause(viewer));
  }

  @AllowedTo('ADMIN')
  @Mutation(() => AlertPauseState, {
    description: 'What was held, and is still true, goes out.',
  })
  async resumeAlerts(@CurrentStaff() viewer: Viewer) {
    await this.pause.resume(viewer);
    return pauseView(null);
  }
}
