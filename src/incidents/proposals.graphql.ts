import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { VisibleTo } from '../identity/access.js';
import { enumOf } from '../platform/graphql-enum.js';
import { WIDE_REASONS, type WideReason } from './wide-alert.js';

export const WideReasonEnum = enumOf(WIDE_REASONS);
registerEnumType(WideReasonEnum, {
  name: 'WideReason',
  description: 'Why an alert needs a second dispatcher.',
});

@VisibleTo('DISPATCHER', 'ADMIN', 'ANALYST', 'RESPONDER')
@ObjectType({
  description: 'A wide alert as one dispatcher chose it, frozen until another decides.',
})
export class Proposal {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The member of staff who chose it.' })
  proposedBy!: string;

  @Field(() => Date)
  proposedAt!: Date;

  @Field(() => Date, { description: 'From then on somebody must choose anew.' })
  lapsesAt!: Date;

  @Field(() => Int)
  radiusMeters!: number;

  @Field(() => Int, { description: 'For how long the alert would hold, from its approval.' })
  minutes!: number;

  @Field(() => Int, { description: 'Rounded; counted no further than the threshold.' })
  devices!: number;

  @Field(() => [WideReasonEnum])
  reasons!: WideReason[];
}
