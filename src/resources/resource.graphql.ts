import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsBoolean, IsIn, IsInt, IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { VisibleTo } from '../identity/access.js';
import { CHRONICLE } from '../identity/roles.js';
import { enumOf } from '../platform/graphql-enum.js';
import { Day } from '../platform/scalars.js';
import { DISTRICT_ID, DISTRICT_ID_RULE } from '../schools/nces-id.js';
import { AUDIENCES, type AudienceName, type Resource as ResourceFacts } from './resource.js';

export const Audience = enumOf(AUDIENCES);
registerEnumType(Audience, {
  name: 'Audience',
  description: 'Whom a text is written for. Anybody may read it.',
});

const LAST_DAY = 'The last day it holds; null: until further notice.';
const SHA256 = 'SHA-256 of what was reviewed, 64 hexadecimal digits.';
const REVIEWED = 'Whether a lawyer of the network has read it. Where not, say so beside it.';
const BODY = 'Plain text: paragraphs are parted by blank lines, items of a list begin with "- ".';
const TOPIC = 'What it is about, the same in every language and place: at-the-door.';

@VisibleTo('PUBLIC')
@ObjectType({
  description: 'What to do, and what one’s rights are. General information, no legal advice.',
})
export class Resource implements ResourceFacts {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'Each revision is the next, from 1.' })
  version!: number;

  @Field(() => String, { description: TOPIC })
  topic!: string;

  @Field(() => Audience)
  audience!: AudienceName;

  @Field(() => String, { description: 'BCP 47: the reader’s language, or English.' })
  locale!: string;

  @Field(() => String, { nullable: true, description: 'Postal code; null: national.' })
  state!: string | null;

  @Field(() => ID, { nullable: true, description: 'LEAID; null: not of one district.' })
  districtId!: string | null;

  @Field(() => Int, { description: 'Where it stands on a page: 1 comes first.' })
  rank!: number;

  @Field(() => String)
  title!: string;

  @Field(() => String, { nullable: true, description: BODY })
  body!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'https. Open it with rel="noopener noreferrer".',
  })
  url!: string | null;

  @Field(() => String, { description: 'The organization whose words these are.' })
  publisher!: string;

  @Field(() => String, { nullable: true, description: 'Where what was reviewed is, or was.' })
  sourceUrl!: string | null;

  @Field(() => Day, { description: 'When the source was published or looked at.' })
  sourceDate!: string;

  @Field(() => String, { nullable: true, description: SHA256 })
  sourceSha256!: string | null;

  @Field(() => Boolean, { description: REVIEWED })
  counselReviewed!: boolean;

  @Field(() => Day)
  effectiveFrom!: string;

  @Field(() => Day, { nullable: true, description: LAST_DAY })
  effectiveUntil!: string | null;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'One version of a resource, and who entered it.' })
export class ResourceVersion extends Resource {
  @Field(() => Date)
  enteredAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The member of staff; null: it was imported.' })
  enteredBy!: string | null;

  @Field(() => String, { nullable: true, description: 'SHA-256 of the file it was imported from.' })
  importSha256!: string | null;

  @Field(() => Date, { nullable: true, description: 'When the next version took its place.' })
  supersededAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was taken back.' })
  withdrawnAt!: Date | null;

  @Field(() => ID, { nullable: true })
  withdrawnBy!: string | null;
}

@InputType()
export class AddResourceInput {
  @Field(() => String, { description: TOPIC })
  @MaxLength(100)
  topic!: string;

  @Field(() => Audience)
  @IsIn(AUDIENCES)
  audience!: AudienceName;

  @Field(() => String, { description: 'BCP 47.' })
  @MaxLength(35)
  locale!: string;

  @Field(() => String, { nullable: true, description: 'Postal code; absent: national.' })
  @IsOptional()
  @MaxLength(10)
  state?: string | null;

  @Field(() => ID, { nullable: true, description: 'LEAID; then without a state.' })
  @IsOptional()
  @Matches(DISTRICT_ID, { message: DISTRICT_ID_RULE })
  districtId?: string | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 50,
    description: '1 to 99: 1 comes first.',
  })
  @IsOptional()
  @IsInt()
  rank?: number | null;

  @Field(() => String)
  @MaxLength(1_000)
  title!: string;

  @Field(() => String, { nullable: true, description: BODY })
  @IsOptional()
  @MaxLength(4_000)
  body?: string | null;

  @Field(() => String, { nullable: true, description: 'https, without tracking parameters.' })
  @IsOptional()
  @MaxLength(4_000)
  url?: string | null;

  @Field(() => String, { description: 'An organization, no person.' })
  @MaxLength(1_000)
  publisher!: string;

  @Field(() => String, { nullable: true, description: 'https, without tracking parameters.' })
  @IsOptional()
  @MaxLength(4_000)
  sourceUrl?: string | null;

  @Field(() => Day)
  @IsOptional()
  sourceDate!: string;

  @Field(() => String, { nullable: true, description: SHA256 })
  @IsOptional()
  @MaxLength(100)
  sourceSha256?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: REVIEWED })
  @IsOptional()
  @IsBoolean()
  counselReviewed?: boolean | null;

  @Field(() => Day)
  @IsOptional()
  effectiveFrom!: string;

  @Field(() => Day, { nullable: true, description: LAST_DAY })
  @IsOptional()
  effectiveUntil?: string | null;
}

@InputType({
  description:
    'What is absent stays. Topic, audience, language and place do: withdraw it to change them.',
})
export class ReviseResourceInput {
  @Field(() => ID)
  @IsUUID()
  resourceId!: string;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  rank?: number | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(1_000)
  title?: string | null;

  @Field(() => String, { nullable: true, description: `${BODY} null: none.` })
  @IsOptional()
  @MaxLength(4_000)
  body?: string | null;

  @Field(() => String, { nullable: true, description: 'null: none.' })
  @IsOptional()
  @MaxLength(4_000)
  url?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(1_000)
  publisher?: string | null;

  @Field(() => String, { nullable: true, description: 'null: none.' })
  @IsOptional()
  @MaxLength(4_000)
  sourceUrl?: string | null;

  @Field(() => Day, { nullable: true })
  @IsOptional()
  sourceDate?: string | null;

  @Field(() => String, { nullable: true, description: `${SHA256} null: none.` })
  @IsOptional()
  @MaxLength(100)
  sourceSha256?: string | null;

  @Field(() => Boolean, { nullable: true, description: REVIEWED })
  @IsOptional()
  @IsBoolean()
  counselReviewed?: boolean | null;

  @Field(() => Day, { nullable: true })
  @IsOptional()
  effectiveFrom?: string | null;

  @Field(() => Day, { nullable: true, description: LAST_DAY })
  @IsOptional()
  effectiveUntil?: string | null;
}

@InputType()
export class WithdrawResourceInput {
  @Field(() => ID)
  @IsUUID()
  resourceId!: string;
}
