import { Field, ID, ObjectType } from '@nestjs/graphql';
import { VisibleTo } from '../identity/access.js';
import type { PauseRow } from './pause.entity.js';

@VisibleTo('DISPATCHER', 'ADMIN', 'ANALYST')
@ObjectType({ description: 'Whether sending to the public is stopped.' })
export class AlertPauseState {
  @Field(() => Boolean)
  paused!: boolean;

  @Field(() => Date, { nullable: true })
  since!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The member of staff who paused.' })
  by!: string | null;
}

export const pauseView = (pause: PauseRow | null): AlertPauseState => ({
  paused: pause !== null,
  since: pause?.pausedAt ?? null,
  by: pause?.pausedBy ?? null,
});
