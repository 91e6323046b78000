import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  MaxLength,
} from 'class-validator';
import { connectionType } from '../../platform/connection.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { Day } from '../../platform/scalars.js';
import { VisibleTo } from '../access.js';
import { Staff } from '../identity.graphql.js';
import { ANY_STAFF } from '../roles.js';
import { CERTIFICATION_WARNINGS, type CertificationWarningName } from './certification.js';
import {
  CORRECTION_REASONS,
  TRAINING_KINDS,
  type CorrectionReasonName,
  type TrainingKindName,
} from './training.js';

const CertificationWarning = enumOf(CERTIFICATION_WARNINGS);
registerEnumType(CertificationWarning, {
  name: 'CertificationWarning',
  description: 'LAPSES_SOON: within 30 days. LAPSES_THIS_WEEK: within 7.',
});
const TrainingKind = enumOf(TRAINING_KINDS);
registerEnumType(TrainingKind, { name: 'TrainingKind' });
const CorrectionReason = enumOf(CORRECTION_REASONS);
registerEnumType(CorrectionReason, {
  name: 'CorrectionReason',
  description: 'Why an attendance that was recorded does not count.',
});

const STAFF_TRAINER = 'A member of staff; or trainerOrganization.';
const TITLE = 'One line; names no private person.';

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'How somebody’s training stands today.' })
export class Certification {
  @Field(() => Day, { nullable: true, description: 'The last day; null: it does not lapse.' })
  until!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days left after today: 0 on the last day, below 0 once it has lapsed.',
  })
  lapsesInDays!: number | null;

  @Field(() => CertificationWarning)
  warning!: CertificationWarningName;
}

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'A webinar or session. Attending certifies a responder for some time.' })
export class Training {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  title!: string;

  @Field(() => TrainingKind)
  kind!: TrainingKindName;

  @Field(() => Date)
  startsAt!: Date;

  @Field(() => Int)
  minutes!: number;

  @Field(() => String, { description: 'Name of the member of staff, or of the organization.' })
  trainer!: string;

  @Field(() => ID, { nullable: true })
  trainerId!: string | null;

  @Field(() => String, { description: 'Whose training it is.' })
  organization!: string;

  @Field(() => Int, { nullable: true, description: 'null: no limit.' })
  capacity!: number | null;

  @Field(() => Int, { description: 'For so many months attending counts; 0: it certifies nobody.' })
  validMonths!: number;

  @Field(() => Int, { description: 'How many are recorded to have attended.' })
  attendees!: number;

  @Field(() => Date, { nullable: true })
  cancelledAt!: Date | null;
}

export const TrainingConnection = connectionType(Training);

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'Somebody was there; or not, where it was corrected.' })
export class TrainingAttendance {
  @Field(() => Staff)
  staff!: Staff;

  @Field(() => Day, { nullable: true, description: 'The last day it counts for.' })
  certifiesUntil!: string | null;

  @Field(() => ID)
  recordedBy!: string;

  @Field(() => Date)
  recordedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When it was corrected: it does not count.' })
  voidedAt!: Date | null;

  @Field(() => ID, { nullable: true })
  voidedBy!: string | null;

  @Field(() => CorrectionReason, { nullable: true })
  voidReason!: CorrectionReasonName | null;
}

@InputType()
export class ScheduleTrainingInput {
  @Field(() => String, { description: TITLE })
  @MaxLength(1_000)
  title!: string;

  @Field(() => TrainingKind)
  @IsIn(TRAINING_KINDS)
  kind!: TrainingKindName;

  @Field(() => Date)
  @IsOptional()
  startsAt!: Date;

  @Field(() => Int, { description: '10 to 1,440.' })
  @IsInt()
  minutes!: number;

  @Field(() => ID, { nullable: true, description: STAFF_TRAINER })
  @IsOptional()
  @IsUUID()
  trainerId?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of an organization, no person.' })
  @IsOptional()
  @MaxLength(1_000)
  trainerOrganization?: string | null;

  @Field(() => Int, { nullable: true, description: 'Absent: no limit.' })
  @IsOptional()
  @IsInt()
  capacity?: number | null;
}

@InputType({ description: 'What is absent stays. The kind does.' })
export class AmendTrainingInput {
  @Field(() => ID)
  @IsUUID()
  trainingId!: string;

  @Field(() => String, { nullable: true, description: TITLE })
  @IsOptional()
  @MaxLength(1_000)
  title?: string | null;

  @Field(() => Date, { nullable: true })
  @IsOptional()
  startsAt?: Date | null;

  @Field(() => Int, { nullable: true, description: '10 to 1,440.' })
  @IsOptional()
  @IsInt()
  minutes?: number | null;

  @Field(() => ID, { nullable: true, description: STAFF_TRAINER })
  @IsOptional()
  @IsUUID()
  trainerId?: string | null;

  @Field(() => String, { nullable: true, description: 'In the place of a member of staff.' })
  @IsOptional()
  @MaxLength(1_000)
  trainerOrganization?: string | null;

  @Field(() => Int, { nullable: true, description: 'null: no limit.' })
  @IsOptional()
  @IsInt()
  capacity?: number | null;
}

@InputType()
export class CancelTrainingInput {
  @Field(() => ID)
  @IsUUID()
  trainingId!: string;
}

@InputType()
export class RecordAttendanceInput {
  @Field(() => ID)
  @IsUUID()
  trainingId!: string;

  @Field(() => [ID], { description: 'Members of staff who were there, 1 to 200. Not yourself.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsArray()
  staffIds!: string[];
}

@InputType()
export class CorrectAttendanceInput {
  @Field(() => ID)
  @IsUUID()
  trainingId!: string;

  @Field(() => ID)
  @IsUUID()
  staffId!: string;

  @Field(() => CorrectionReason)
  @IsIn(CORRECTION_REASONS)
  reason!: CorrectionReasonName;
}
