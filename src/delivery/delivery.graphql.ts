import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { VisibleTo } from '../identity/access.js';
import type { Totals } from './delivery-totals.store.js';

@VisibleTo('DISPATCHER', 'ADMIN', 'ANALYST')
@ObjectType({ description: 'The fan-out of one alert by web push, in devices.' })
export class Delivery {
  @Field(() => ID)
  alertId!: string;

  @Field(() => Int, { description: 'Devices it is for, as far as they have been read.' })
  audience!: number;

  @Field(() => Int, { description: 'Taken by their push service.' })
  accepted!: number;

  @Field(() => Int, { description: 'No longer subscribed.' })
  gone!: number;

  @Field(() => Int, { description: 'Not reached before it expired or was replaced.' })
  failed!: number;

  @Field(() => Int, { description: 'Still being tried.' })
  pending!: number;

  @Field(() => Date, { nullable: true })
  firstAcceptedAt!: Date | null;

  @Field(() => Date, { nullable: true })
  lastAcceptedAt!: Date | null;

  @Field(() => Boolean, { description: 'Nothing is pending any more.' })
  complete!: boolean;
}

/** The public shape of totals. What a newer message replaced is no longer pending. */
export function deliveryView(totals: Totals): Delivery {
  const { id, audience, accepted, gone, firstAcceptedAt, lastAcceptedAt } = totals;
  const complete = totals.completedAt !== null || totals.closedAt !== null;
  const failed = complete ? Math.max(0, audience - accepted - gone) : totals.failed;
  return {
    alertId: id,
    audience,
    accepted,
    gone,
    failed,
    pending: Math.max(0, audience - accepted - gone - failed),
    firstAcceptedAt,
    lastAcceptedAt,
    complete,
  };
}
