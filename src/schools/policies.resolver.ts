import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { AllowedTo, CurrentStaff, type Viewer } from '../identity/access.js';
import { CHRONICLE, KEEP_POLICIES } from '../identity/roles.js';
import { UuidArgument } from '../platform/ids.js';
import { Day } from '../platform/scalars.js';
import { PoliciesService, type PolicyChange } from './policies.service.js';
import {
  AmendPolicyInput,
  DistrictPolicy,
  PolicyKind,
  PolicyVersion,
  RecordPolicyInput,
  WithdrawPolicyInput,
} from './policy.graphql.js';
import { isMadeUp, type Policy, type PolicyKindName } from './policy.js';
import { District } from './schools.graphql.js';

/** What districts promised: anybody reads it, analysts and admins keep it. */
@Resolver(() => District)
export class PoliciesResolver {
  constructor(private readonly service: PoliciesService) {}

  @ResolveField(() => [DistrictPolicy], {
    description: 'In force on that day; without a day: past, present and to come, oldest first.',
  })
  policies(
    @Parent() { id }: { id: string },
    @Args('on', { type: () => Day, nullable: true }) on?: string | null,
    @Args('kinds', { type: () => [PolicyKind], nullable: true }) kinds?: PolicyKindName[] | null,
  ) {
    return on ? this.service.inForce(id, on, kinds) : this.service.ofDistrict(id, kinds);
  }

  @AllowedTo(...CHRONICLE)
  @Query(() => [PolicyVersion], { description: 'Every version, the first first.' })
  async policyHistory(
    @Args('policyId', { type: () => ID }, new UuidArgument('policyId')) id: string,
  ) {
    return this.service.history(id);
  }

  @AllowedTo(...KEEP_POLICIES)
  @Mutation(() => DistrictPolicy, {
    description: 'One of each kind and district holds on a day.',
  })
  async recordPolicy(@CurrentStaff() viewer: Viewer, @Args('input') input: RecordPolicyInput) {
    return this.service.record(viewer, { ...input, effectiveUntil: input.effectiveUntil ?? null });
  }

  @AllowedTo(...KEEP_POLICIES)
  @Mutation(() => DistrictPolicy, {
    description: 'Corrects it, or ends it by its last day. The earlier version is kept.',
  })
  async amendPolicy(@CurrentStaff() viewer: Viewer, @Args('input') input: AmendPolicyInput) {
    return this.service.amend(viewer, input.policyId.toLowerCase(), changeOf(input));
  }

  @AllowedTo(...KEEP_POLICIES)
  @Mutation(() => DistrictPolicy, {
    description: 'It should not have been entered. One that was repealed is amended instead.',
  })
  async withdrawPolicy(
    @CurrentStaff() viewer: Viewer,
    @Args('input') { policyId }: WithdrawPolicyInput,
  ) {
    return this.service.withdraw(viewer, policyId.toLowerCase());
  }
}

/** Says of a policy that nobody promised it, wherever it is read. */
@Resolver(() => DistrictPolicy)
export class PolicyMarks {
  @ResolveField(() => Boolean, { description: 'Made up, to try the service with: no promise.' })
  synthetic(@Parent() policy: Policy): boolean {
    return isMadeUp(policy);
  }
}

/** Only the last day may be nothing. */
function changeOf(input: AmendPolicyInput): PolicyChange {
  const { effectiveFrom, effectiveUntil, sourceUrl, sourceSha256 } = input;
  return {
    ...(effectiveFrom && { effectiveFrom }),
    ...(effectiveUntil !== undefined && { effectiveUntil }),
    ...(typeof sourceUrl === 'string' && { sourceUrl }),
    ...(typeof sourceSha256 === 'string' && { sourceSha256 }),
  };
}
