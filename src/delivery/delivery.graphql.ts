import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { VisibleTo } from '../identity/access.js';
import { paceOf } from './progress.js';
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

  @Field(() => Float, {
    nullable: true,
    description: 'Devices a second since the decision, while it runs.',
  })
  perSecond!: number | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When nothing will be pending any more, at the pace so far.',
  })
  estimatedEnd!: Date | null;

  @Field(() => Boolean, { description: 'Nothing is pending any more.' })
  complete!: boolean;
}

/** The public shape of totals. What a newer message replaced is no longer pending. */
export function deliveryView(totals: Totals, now: Date): Delivery {
  const { id, audience, accepted, gone, firstAcceptedAt, lastAcceptedAt } = totals;
  const complete = totals.completedAt !== null || totals.closedAt !== null;
  const failed = complete ? Math.max(0, audience - accepted - gone) : totals.failed;
  const settled = accepted + gone + failed;
  const pace = complete
    ? { perSecond: null, endsAt: null }
    : paceOf(standing(totals, settled), now.getTime());
  return {
    alertId: id,
    audience,
    accepted,
    gone,
    failed,
    pending: Math.max(0, audience - accepted - gone - failed),
    firstAcceptedAt,
    lastAcceptedAt,
    perSecond: pace.perSecond === null ? null : Math.round(pace.perSecond * 10) / 10,
    estimatedEnd: pace.endsAt === null ? null : new Date(Math.ceil(pace.endsAt)),
    complete,
  };
}

const standing = ({ createdAt, audience, plannedAt }: Totals, settled: number) => ({
  createdAt: createdAt.getTime(),
  audience,
  planned: plannedAt !== null,
  settled,
});
