import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Activity, Agency } from '../alerts/alerts.graphql.js';
import type { ActivityName, AgencyName } from '../alerts/notice.js';
import { VisibleTo } from '../identity/access.js';
import { ANY_STAFF } from '../identity/roles.js';
import { enumOf } from '../platform/graphql-enum.js';
import { Place, Size } from './incidents.graphql.js';
import type { ProposalRow } from './proposal.entity.js';
import { WIDE_REASONS, type WideReason } from './wide-alert.js';

export const WideReasonEnum = enumOf(WIDE_REASONS);
registerEnumType(WideReasonEnum, {
  name: 'WideReason',
  description: 'Why an alert needs a second dispatcher.',
});

@VisibleTo(...ANY_STAFF)
@ObjectType()
export class ProposedTelling {
  @Field(() => Activity)
  activity!: ActivityName;

  @Field(() => Agency)
  agency!: AgencyName;

  @Field(() => Size)
  size!: Size;

  @Field(() => Place)
  place!: Place;
}

@VisibleTo(...ANY_STAFF)
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

  @Field(() => ProposedTelling, {
    description: 'What would be told: as it stood when it was chosen.',
  })
  telling!: ProposedTelling;
}

export function proposalView({ scene, ...proposal }: ProposalRow): Proposal {
  const { activity, agency, agents, vehicles } = scene.facts;
  const telling = { activity, agency, size: { agents, vehicles }, place: scene.place };
  return { ...proposal, telling };
}
