import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { VisibleTo } from '../identity/access.js';
import type { OutcomeName } from '../incidents/outcomes.js';
import { Outcome } from '../incidents/review/filter.graphql.js';

@VisibleTo('DISPATCHER', 'ADMIN', 'ANALYST')
@ObjectType()
export class OutcomeCount {
  @Field(() => Outcome)
  outcome!: OutcomeName;

  @Field(() => Int)
  incidents!: number;
}

@VisibleTo('DISPATCHER', 'ADMIN', 'ANALYST')
@ObjectType()
export class MinutesBucket {
  @Field(() => Float, { nullable: true, description: 'At most so many minutes; null: longer.' })
  upTo!: number | null;

  @Field(() => Int)
  incidents!: number;
}

@VisibleTo('DISPATCHER', 'ADMIN', 'ANALYST')
@ObjectType({ description: 'How long something took, over many incidents.' })
export class MinutesDistribution {
  @Field(() => Int)
  incidents!: number;

  @Field(() => Float, { nullable: true })
  median!: number | null;

  @Field(() => Float, { nullable: true, description: 'Nine of ten took no longer.' })
  ninetieth!: number | null;

  @Field(() => Float, { nullable: true })
  longest!: number | null;

  @Field(() => [MinutesBucket])
  buckets!: MinutesBucket[];
}

@VisibleTo('DISPATCHER', 'ADMIN', 'ANALYST')
@ObjectType({ description: 'How well the network did; drills and merged incidents are not in it.' })
export class AlertQuality {
  @Field(() => Int, { description: 'Opened in the span.' })
  incidents!: number;

  @Field(() => [OutcomeCount])
  outcomes!: OutcomeCount[];

  @Field(() => Int, { description: 'Verified by a dispatcher.' })
  verified!: number;

  @Field(() => Int, { description: 'Verified by independent reports.' })
  corroborated!: number;

  @Field(() => MinutesDistribution, { description: 'From the first report to the verification.' })
  minutesToVerify!: MinutesDistribution;

  @Field(() => MinutesDistribution, {
    description: 'From the verification to the all-clear, also of what was retracted later.',
  })
  minutesToAllClear!: MinutesDistribution;

  @Field(() => MinutesDistribution, {
    description: 'From the verification to the retraction of what was wrong.',
  })
  minutesToRetraction!: MinutesDistribution;
}
