import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { Day } from '../../platform/scalars.js';
import { READINGS, type ReadingName } from './rate-ratio.js';

const Reading = enumOf(READINGS);
registerEnumType(Reading, {
  name: 'RatioReading',
  description: 'What the interval allows to say. NO_DIFFERENCE_SHOWN is not "no difference".',
});

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'Confirmed incidents in a span of days.' })
export class ExposureFigure {
  @Field(() => Day, { description: 'The first day.' })
  from!: string;

  @Field(() => Day, { description: 'The last day.' })
  through!: string;

  @Field(() => Int, { description: 'Days that count, of those in the span.' })
  days!: number;

  @Field(() => Int)
  incidents!: number;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'Before and after a policy: no proof of what it did.' })
export class BeforeAndAfter {
  @Field(() => ID)
  policyId!: string;

  @Field(() => Int)
  policyVersion!: number;

  @Field(() => ExposureFigure)
  before!: ExposureFigure;

  @Field(() => ExposureFigure, { description: 'From the first day the policy held.' })
  after!: ExposureFigure;

  @Field(() => Float, {
    nullable: true,
    description: 'Incidents a day after, by incidents a day before; null: there was none before.',
  })
  ratio!: number | null;

  @Field(() => Float, { nullable: true, description: 'Exact interval of 95 %; null: no such end.' })
  low!: number | null;

  @Field(() => Float, { nullable: true })
  high!: number | null;

  @Field(() => Boolean, { description: 'One span has no incident: the interval has one limit.' })
  oneSided!: boolean;

  @Field(() => Reading)
  reading!: ReadingName;

  @Field(() => String, { description: 'All of it in a few sentences that may be read out.' })
  words!: string;

  @Field(() => Boolean, { description: 'Incidents that were made up are among them.' })
  synthetic!: boolean;
}
