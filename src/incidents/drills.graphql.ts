import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsOptional, IsUUID, Matches } from 'class-validator';
import { VisibleTo } from '../identity/access.js';
import { ANY_STAFF } from '../identity/roles.js';
import { connectionType } from '../platform/connection.js';
import { enumOf } from '../platform/graphql-enum.js';
import { DRILL_STEPS, type DrillStepName } from './drill-report.js';
import { DEFAULT_DRILL_MINUTES } from './drills.service.js';

export const DrillStepEnum = enumOf(DRILL_STEPS);
registerEnumType(DrillStepEnum, { name: 'DrillStepName' });

@VisibleTo(...ANY_STAFF)
@ObjectType()
export class DrillStep {
  @Field(() => DrillStepEnum)
  step!: DrillStepName;

  @Field(() => Date)
  at!: Date;

  @Field(() => Float, { description: 'Since the step before it.' })
  seconds!: number;
}

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'What a live alert would have shown.' })
export class DrillReport {
  @Field(() => Int, { description: 'Devices that took the alert.' })
  reached!: number;

  @Field(() => Float, { nullable: true, description: 'From the verification.' })
  secondsToFirst!: number | null;

  @Field(() => Float, { nullable: true, description: 'From the verification.' })
  secondsToLast!: number | null;

  @Field(() => [DrillStep], { description: 'In order of time.' })
  steps!: DrillStep[];
}

@VisibleTo(...ANY_STAFF)
@ObjectType({
  description:
    'An exercise of the whole path, told to devices that asked for drills and to staff; never to the public.',
})
export class Drill {
  @Field(() => ID)
  id!: string;

  @Field(() => Date)
  startedAt!: Date;

  @Field(() => Date, { description: 'It ends by itself then.' })
  endsAt!: Date;

  @Field(() => Date, { nullable: true })
  endedAt!: Date | null;
}

export const DrillConnection = connectionType(Drill);

@InputType()
export class StartDrillInput {
  @Field(() => ID, { description: 'Reports within 5 km of it belong to the drill.' })
  @Matches(/^\d{12}$/, { message: 'must be an NCES school id: 12 digits' })
  schoolId!: string;

  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_DRILL_MINUTES,
    description: '1 to 240.',
  })
  @IsOptional()
  minutes?: number | null;
}

@InputType()
export class EndDrillInput {
  @Field(() => ID)
  @IsUUID()
  drillId!: string;
}
