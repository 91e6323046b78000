import { Args, ID, Int, Query, Resolver } from '@nestjs/graphql';
import { AllowedTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { IncidentFilterInput } from '../../incidents/review/filter.graphql.js';
import { UuidArgument } from '../../platform/ids.js';
import { optionalInput } from '../../platform/validation.js';
import type { GroupByName, MeasureName } from './grouping.js';
import { BeforeAndAfter } from './policy-effect.graphql.js';
import { PolicyEffects } from './policy-effect.service.js';
import { GroupBy, IncidentStatistics, Measure } from './statistics.graphql.js';
import { IncidentStatisticsReader } from './statistics.service.js';

const A_YEAR = 365;

/** Figures for those who write; what is published goes another way. */
@Resolver()
export class StatisticsResolver {
  constructor(
    private readonly statistics: IncidentStatisticsReader,
    private readonly effects: PolicyEffects,
  ) {}

  @AllowedTo(...CHRONICLE)
  @Query(() => IncidentStatistics, {
    description:
      'Incidents in groups, by one or two dimensions. No drills; what was merged counts once.',
  })
  async incidentStatistics(
    @Args('groupBy', { type: () => [GroupBy] }) groupBy: GroupByName[],
    @Args('measure', { type: () => Measure, nullable: true }) measure?: MeasureName | null,
    @Args(
      'filter',
      { nullable: true, type: () => IncidentFilterInput },
      optionalInput(IncidentFilterInput),
    )
    filter?: IncidentFilterInput | null,
  ) {
    return this.statistics.of(groupBy, measure ?? 'INCIDENTS', filter ?? {});
  }

  @AllowedTo(...CHRONICLE)
  @Query(() => BeforeAndAfter, {
    description:
      'Confirmed incidents of the district before the policy and after: the ratio of their rates, and its interval.',
  })
  async beforeAndAfterPolicy(
    @Args('policyId', { type: () => ID }, new UuidArgument('policyId')) policyId: string,
    @Args('days', {
      type: () => Int,
      nullable: true,
      description: 'On each side, 365 if left out.',
    })
    days?: number | null,
    @Args('weekdaysOnly', {
      ...{ type: () => Boolean, nullable: true },
      description: 'Only Mondays to Fridays, of days and of incidents.',
    })
    weekdaysOnly?: boolean | null,
    @Args(
      'filter',
      { nullable: true, type: () => IncidentFilterInput },
      optionalInput(IncidentFilterInput),
    )
    filter?: IncidentFilterInput | null,
  ) {
    return this.effects.around({
      ...{ policyId, days: days ?? A_YEAR },
      ...{ weekdaysOnly: weekdaysOnly ?? false, filter: filter ?? {} },
    });
  }
}
