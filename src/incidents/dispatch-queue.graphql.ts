import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Severity } from '../alerts/alerts.graphql.js';
import type { CapSeverity } from '../alerts/cap.js';
import { VisibleTo } from '../identity/access.js';
import { enumOf } from '../platform/graphql-enum.js';
import { NEEDS, type Need } from './dispatch-order.js';
import { Incident } from './incidents.graphql.js';
import type { IncidentRow } from './incident.entity.js';
import { LIKENESS_REASONS, type LikenessReason } from './likeness.js';

export const NeedEnum = enumOf(NEEDS);
registerEnumType(NeedEnum, {
  name: 'DispatchNeed',
  description:
    'APPROVE: a wide alert waits for a second dispatcher. VERIFY: nobody has decided yet. CONFIRM: it lapses within ten minutes. RECORD: it is over, nobody can be told any more.',
});
export const LikenessReasonEnum = enumOf(LIKENESS_REASONS);
registerEnumType(LikenessReasonEnum, { name: 'LikenessReason' });

@VisibleTo('DISPATCHER', 'ADMIN')
@ObjectType()
export class LikenessPart {
  @Field(() => LikenessReasonEnum)
  kind!: LikenessReason;

  @Field(() => Float, { description: '0 to 1: its share of the score.' })
  weight!: number;

  @Field(() => Float, { nullable: true, description: 'PLACE: meters apart; TIME: minutes apart.' })
  measure!: number | null;
}

@VisibleTo('DISPATCHER', 'ADMIN')
@ObjectType({ description: 'Perhaps the same: look, then merge or leave apart.' })
export class SuggestedDuplicate {
  @Field(() => Incident)
  incident!: IncidentRow;

  @Field(() => Float, { description: '0 to 1.' })
  score!: number;

  @Field(() => [LikenessPart])
  reasons!: LikenessPart[];
}

@VisibleTo('DISPATCHER', 'ADMIN')
@ObjectType({ description: 'What happened there before.' })
export class EarlierIncident {
  @Field(() => Incident)
  incident!: IncidentRow;

  @Field(() => Int)
  metersAway!: number;
}

@VisibleTo('DISPATCHER', 'ADMIN')
@ObjectType({ description: 'What needs a decision.' })
export class DispatchEntry {
  @Field(() => Incident)
  incident!: IncidentRow;

  @Field(() => NeedEnum)
  need!: Need;

  @Field(() => Int, { description: 'How long it has waited.' })
  minutesWaiting!: number;

  @Field(() => Severity, { description: 'CAP 1.2 severity of what was observed.' })
  severity!: CapSeverity;

  @Field(() => Boolean, { description: 'Somebody saw it themselves.' })
  firsthand!: boolean;

  @Field(() => Int, { description: 'Independent people who say the same.' })
  corroborating!: number;

  @Field(() => Date, { nullable: true, description: 'Nothing can be decided after this.' })
  lapsesAt!: Date | null;

  @Field(() => [SuggestedDuplicate], { description: 'Most alike first.' })
  suggestedDuplicates!: SuggestedDuplicate[];

  @Field(() => [EarlierIncident], { description: 'Of the last 30 days, nearest first; at most 3.' })
  earlier!: EarlierIncident[];
}
