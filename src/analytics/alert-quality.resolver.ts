import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo } from '../identity/access.js';
import { AlertQuality } from './alert-quality.graphql.js';
import { AlertQualityReader } from './alert-quality.service.js';

@Resolver(() => AlertQuality)
export class AlertQualityResolver {
  constructor(private readonly quality: AlertQualityReader) {}

  @AllowedTo('DISPATCHER', 'ADMIN', 'ANALYST')
  @Query(() => AlertQuality, {
    description: 'Outcomes, and minutes to verify and to correct, of incidents opened in a span.',
  })
  async alertQuality(
    @Args('since', { type: () => Date, nullable: true }) since?: Date | null,
    @Args('until', { type: () => Date, nullable: true }) until?: Date | null,
    @Args('districtId', { type: () => ID, nullable: true }) districtId?: string | null,
  ) {
    return this.quality.of({
      since: since ?? null,
      until: until ?? null,
      districtId: districtId ?? null,
    });
  }
}
