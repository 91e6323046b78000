import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsUUID, ValidateNested } from 'class-validator';
import { VisibleTo } from '../identity/access.js';
import { ANY_STAFF, CHRONICLE } from '../identity/roles.js';
import { enumOf } from '../platform/graphql-enum.js';
import { FINDINGS, type Finding } from './clearance.js';
import { DESTRUCTIONS, type DestructionName } from './destruction.js';
import { EVIDENCE_TYPES, type EvidenceType } from './file-types.js';
import { COVERED_THINGS, MAX_REGIONS, type CoveredThing } from './regions.js';
import { WITHDRAWALS, type WithdrawalName } from './withdrawal.js';

export const COPY_STATES = ['PENDING', 'READY', 'UNREADABLE', 'DESTROYED'] as const;
export type CopyState = (typeof COPY_STATES)[number];

const EvidenceTypeEnum = enumOf(EVIDENCE_TYPES);
registerEnumType(EvidenceTypeEnum, {
  name: 'EvidenceType',
  description: 'By what the file holds, not by its name.',
});
export const CopyStateEnum = enumOf(COPY_STATES);
registerEnumType(CopyStateEnum, {
  name: 'EvidenceCopyState',
  description:
    'UNREADABLE: no copy can be made; the sealed original can still be read. DESTROYED: nothing can.',
});
const CoveredThingEnum = enumOf(COVERED_THINGS);
registerEnumType(CoveredThingEnum, { name: 'CoveredThing' });
const FindingEnum = enumOf(FINDINGS);
registerEnumType(FindingEnum, {
  name: 'EvidenceFinding',
  description: 'That all are covered, or that there are none.',
});
const WithdrawalEnum = enumOf(WITHDRAWALS);
registerEnumType(WithdrawalEnum, {
  name: 'EvidenceWithdrawal',
  description: 'Why it is taken out of use.',
});
const DestructionEnum = enumOf(DESTRUCTIONS);
registerEnumType(DestructionEnum, {
  name: 'EvidenceDestruction',
  description: 'Why it was destroyed: the schedule, or the reason that two people gave.',
});

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'In pixels.' })
export class EvidencePage {
  @Field(() => Int)
  width!: number;

  @Field(() => Int)
  height!: number;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'A rectangle that was covered for good, in pixels of the copy.' })
export class EvidenceRegion {
  @Field(() => Int, { description: 'From 1; a picture has one.' })
  page!: number;

  @Field(() => Int)
  left!: number;

  @Field(() => Int)
  top!: number;

  @Field(() => Int)
  width!: number;

  @Field(() => Int)
  height!: number;

  @Field(() => CoveredThingEnum)
  what!: CoveredThing;
}

@VisibleTo(...CHRONICLE)
@ObjectType({
  description: 'A copy that holds pixels and nothing else; each is made from the one before.',
})
export class EvidenceCopy {
  @Field(() => Int, { description: 'From 1.' })
  version!: number;

  @Field()
  mediaType!: string;

  @Field(() => Int)
  bytes!: number;

  @Field({ description: 'In hex.' })
  sha256!: string;

  @Field(() => [EvidencePage])
  pages!: EvidencePage[];

  @Field(() => [EvidenceRegion], { description: 'Covered on this version; those before it, too.' })
  regions!: EvidenceRegion[];

  @Field(() => Date)
  madeAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The member of staff; null: the service.' })
  madeBy!: string | null;

  @Field(() => Date, { nullable: true, description: 'When it was said that it may leave.' })
  clearedAt!: Date | null;

  @Field(() => ID, { nullable: true })
  clearedBy!: string | null;

  @Field(() => FindingEnum, { nullable: true })
  faces!: Finding | null;

  @Field(() => FindingEnum, { nullable: true })
  plates!: Finding | null;
}

@VisibleTo(...ANY_STAFF)
@ObjectType({
  description: 'A photo or a document, sealed as it was received. See docs/analysts.md.',
})
export class Evidence {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  incidentId!: string;

  @Field(() => EvidenceTypeEnum)
  type!: EvidenceType;

  @Field(() => Int)
  bytes!: number;

  @Field({ description: 'Of the file as it was received, in hex; it stands in the ledger.' })
  sha256!: string;

  @Field(() => Date)
  addedAt!: Date;

  @Field(() => ID, { description: 'The member of staff.' })
  addedBy!: string;

  @Field(() => Date, { nullable: true })
  withdrawnAt!: Date | null;

  @Field(() => WithdrawalEnum, { nullable: true })
  withdrawal!: WithdrawalName | null;

  @Field(() => Date, { nullable: true, description: 'No file or copy of it is left since then.' })
  destroyedAt!: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The second of the two people; null also when the schedule did.',
  })
  destroyedBy!: string | null;

  @Field(() => DestructionEnum, { nullable: true })
  destruction!: DestructionName | null;
}

@InputType()
export class RegionInput {
  @Field(() => Int, { defaultValue: 1 })
  @IsInt()
  page!: number;

  @Field(() => Int)
  @IsInt()
  left!: number;

  @Field(() => Int)
  @IsInt()
  top!: number;

  @Field(() => Int)
  @IsInt()
  width!: number;

  @Field(() => Int)
  @IsInt()
  height!: number;

  @Field(() => CoveredThingEnum)
  @IsIn(COVERED_THINGS)
  what!: CoveredThing;
}

@InputType()
class CopyInput {
  @Field(() => ID)
  @IsUUID()
  evidenceId!: string;

  @Field(() => Int, { description: 'The version that was looked at; it must be the latest.' })
  @IsInt()
  version!: number;
}

@InputType()
export class CoverEvidenceInput extends CopyInput {
  @Field(() => [RegionInput])
  @IsArray()
  @ArrayMaxSize(MAX_REGIONS)
  @ValidateNested({ each: true })
  @Type(() => RegionInput)
  regions!: RegionInput[];
}

@InputType()
export class ClearEvidenceInput extends CopyInput {
  @Field(() => FindingEnum)
  @IsIn(FINDINGS)
  faces!: Finding;

  @Field(() => FindingEnum)
  @IsIn(FINDINGS)
  plates!: Finding;
}

@InputType()
export class WithdrawEvidenceInput {
  @Field(() => ID)
  @IsUUID()
  evidenceId!: string;

  @Field(() => WithdrawalEnum)
  @IsIn(WITHDRAWALS)
  reason!: WithdrawalName;
}
