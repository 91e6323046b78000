import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { DistrictPolicy } from '../../schools/policy.graphql.js';
import type { Policy } from '../../schools/policy.js';
import { DEPARTURE_RULES, type Departure, type DepartureRuleName } from './departures.js';
import { valueWords, type DetailField } from './detail-fields.js';
import { DetailCertainty, DetailFieldEnum, DetailSource } from './details.graphql.js';
import type { StandingDetail } from './details.service.js';
import type { CertaintyName, SourceName } from './vocabulary.js';

export const DepartureRule = enumOf(DEPARTURE_RULES);
registerEnumType(DepartureRule, {
  name: 'DepartureRule',
  description: 'Which practice departs from which promise: docs/analysts.md has the table.',
});

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'What a departure rests on, as it is recorded.' })
export class DepartureFact {
  @Field(() => DetailFieldEnum)
  field!: DetailField;

  @Field(() => [String])
  values!: string[];

  @Field(() => DetailSource)
  source!: SourceName;

  @Field(() => DetailCertainty)
  certainty!: CertaintyName;

  @Field(() => Date)
  recordedAt!: Date;
}

@VisibleTo(...CHRONICLE)
@ObjectType({
  description: 'Where practice departed from what the district had promised that day.',
})
export class IncidentDeparture {
  @Field(() => DepartureRule)
  rule!: DepartureRuleName;

  @Field(() => ID)
  policyId!: string;

  @Field(() => DistrictPolicy, { description: 'In force on the local day of the incident.' })
  policy!: Policy;

  @Field(() => [DepartureFact])
  facts!: DepartureFact[];

  @Field(() => DetailCertainty, {
    description:
      'That of its least certain fact, and no more than ALLEGED while nobody confirmed the incident.',
  })
  certainty!: CertaintyName;
}

export const departureView = ({
  facts,
  policy,
  ...rest
}: Departure<Policy, StandingDetail>): IncidentDeparture => ({
  ...rest,
  policy,
  policyId: policy.id,
  facts: facts.map(({ field, detail: { value, ...about } }) => ({
    field,
    values: valueWords(value),
    ...about,
  })),
});
