import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsIn, IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { VisibleTo } from '../identity/access.js';
import { CHRONICLE } from '../identity/roles.js';
import { enumOf } from '../platform/graphql-enum.js';
import { Day } from '../platform/scalars.js';
import { DISTRICT_ID, DISTRICT_ID_RULE } from './nces-id.js';
import { POLICY_KINDS, type Policy, type PolicyKindName } from './policy.js';

export const PolicyKind = enumOf(POLICY_KINDS);
registerEnumType(PolicyKind, {
  name: 'PolicyKind',
  description: 'What a district promised, or agreed to.',
});

const LAST_DAY = 'The last day it holds; null: until further notice.';
const SHA256 = 'SHA-256 of the document, 64 hexadecimal digits.';

@VisibleTo('PUBLIC')
@ObjectType({ description: 'What a district promised or agreed to, as it stands.' })
export class DistrictPolicy implements Policy {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'Each correction is the next, from 1.' })
  version!: number;

  @Field(() => ID, { description: 'LEAID, 7 digits.' })
  districtId!: string;

  @Field(() => PolicyKind)
  kind!: PolicyKindName;

  @Field(() => Day)
  effectiveFrom!: string;

  @Field(() => Day, { nullable: true, description: LAST_DAY })
  effectiveUntil!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where the document is, or was; null: the address was redacted.',
  })
  sourceUrl!: string | null;

  @Field(() => String, { description: SHA256 })
  sourceSha256!: string;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'One version of a policy, and who entered it.' })
export class PolicyVersion extends DistrictPolicy {
  @Field(() => Date)
  enteredAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The member of staff; null: it was imported.' })
  enteredBy!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the file it was imported from.' })
  importSha256!: string | null;

  @Field(() => Date, { nullable: true, description: 'When the next version took its place.' })
  supersededAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was taken back as a mistake.' })
  withdrawnAt!: Date | null;

  @Field(() => ID, { nullable: true })
  withdrawnBy!: string | null;
}

@InputType()
export class RecordPolicyInput {
  @Field(() => ID)
  @Matches(DISTRICT_ID, { message: DISTRICT_ID_RULE })
  districtId!: string;

  @Field(() => PolicyKind)
  @IsIn(POLICY_KINDS)
  kind!: PolicyKindName;

  @Field(() => Day)
  @IsOptional()
  effectiveFrom!: string;

  @Field(() => Day, { nullable: true, description: LAST_DAY })
  @IsOptional()
  effectiveUntil?: string | null;

  @Field(() => String, { description: 'https.' })
  @MaxLength(4_000)
  sourceUrl!: string;

  @Field(() => String, { description: SHA256 })
  @MaxLength(100)
  sourceSha256!: string;
}

@InputType({
  description: 'What is absent stays; district and kind do: withdraw it to change them.',
})
export class AmendPolicyInput {
  @Field(() => ID)
  @IsUUID()
  policyId!: string;

  @Field(() => Day, { nullable: true })
  @IsOptional()
  effectiveFrom?: string | null;

  @Field(() => Day, { nullable: true, description: LAST_DAY })
  @IsOptional()
  effectiveUntil?: string | null;

  @Field(() => String, { nullable: true, description: 'https.' })
  @IsOptional()
  @MaxLength(4_000)
  sourceUrl?: string | null;

  @Field(() => String, { nullable: true, description: SHA256 })
  @IsOptional()
  @MaxLength(100)
  sourceSha256?: string | null;
}

@InputType()
export class WithdrawPolicyInput {
  @Field(() => ID)
  @IsUUID()
  policyId!: string;
}
