import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsOptional, MaxLength, ValidateNested } from 'class-validator';
import { VisibleTo } from '../identity/access.js';
import { MAX_AREAS } from './area.js';

@InputType({ description: 'An H3 cell of resolution 7 or coarser, and 2, 5 or 10 km around it.' })
export class CellAreaInput {
  @Field(() => String)
  @MaxLength(16)
  h3!: string;

  @Field(() => Int)
  @IsOptional()
  radiusKm!: number;
}

@InputType({ isOneOf: true, description: 'One school, or one district, or one coarse cell.' })
export class AreaInput {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @MaxLength(20)
  schoolId?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @MaxLength(20)
  districtId?: string | null;

  @Field(() => CellAreaInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => CellAreaInput)
  cell?: CellAreaInput | null;
}

@InputType({ description: 'What the browser’s PushSubscription holds.' })
export class PushChannelInput {
  @Field(() => String)
  @MaxLength(2_048)
  endpoint!: string;

  @Field(() => String)
  @MaxLength(200)
  p256dh!: string;

  @Field(() => String)
  @MaxLength(200)
  auth!: string;
}

@InputType()
export class SubscribeInput {
  @Field(() => PushChannelInput, {
    nullable: true,
    description: 'Without it: a family that listens on a socket only.',
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => PushChannelInput)
  push?: PushChannelInput | null;

  @Field(() => String, { description: 'BCP 47: es, en-US, …' })
  @MaxLength(35)
  locale!: string;

  @Field(() => [AreaInput])
  @IsArray()
  @ArrayMaxSize(MAX_AREAS)
  @ValidateNested({ each: true })
  @Type(() => AreaInput)
  areas!: AreaInput[];

  @Field(() => Boolean, { nullable: true, description: 'Told of drills too, marked as such.' })
  @IsOptional()
  drills?: boolean | null;
}

@InputType({ description: 'What is absent stays as it is.' })
export class UpdateSubscriptionInput {
  @Field(() => PushChannelInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => PushChannelInput)
  push?: PushChannelInput | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(35)
  locale?: string | null;

  @Field(() => [AreaInput], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_AREAS)
  @ValidateNested({ each: true })
  @Type(() => AreaInput)
  areas?: AreaInput[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Told of drills too, marked as such.' })
  @IsOptional()
  drills?: boolean | null;
}

@VisibleTo('PUBLIC')
@ObjectType({
  description: 'One family device. What it follows cannot be read back: it is stored as tags only.',
})
export class Subscription {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  locale!: string;

  @Field(() => Boolean, { description: 'Whether it is reached by web push.' })
  push!: boolean;

  @Field(() => Int, { description: 'How many areas it follows.' })
  areaCount!: number;

  @Field(() => Boolean, { description: 'Whether it is told of drills too.' })
  drills!: boolean;

  @Field(() => Boolean, {
    description:
      'The service’s push key has changed: let the browser unsubscribe and subscribe again, and give the new endpoint.',
  })
  renewPush!: boolean;
}

@VisibleTo('PUBLIC')
@ObjectType()
export class SubscribePayload {
  @Field(() => Subscription)
  subscription!: Subscription;

  @Field(() => String, { description: 'Shown this once. Send it as "Authorization: Bearer …".' })
  token!: string;
}
