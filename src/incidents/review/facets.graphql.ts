import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { COUNTED_AT_MOST, FACET_NAMES, VALUES_AT_MOST, type FacetName } from './facets.js';

const IncidentFacetName = enumOf(FACET_NAMES);
registerEnumType(IncidentFacetName, { name: 'IncidentFacetName' });

@VisibleTo(...CHRONICLE)
@ObjectType()
export class IncidentFacetValue {
  @Field(() => String, { description: 'A code or an id.' })
  value!: string;

  @Field(() => Int, { description: 'Incidents that have it; at least so many unless complete.' })
  incidents!: number;
}

@VisibleTo(...CHRONICLE)
@ObjectType()
export class IncidentFacet {
  @Field(() => IncidentFacetName)
  facet!: FacetName;

  @Field(() => [IncidentFacetValue], {
    description: `The most frequent first, at most ${VALUES_AT_MOST}.`,
  })
  values!: IncidentFacetValue[];
}

@VisibleTo(...CHRONICLE)
@ObjectType({
  description: `Counts over everything that fits the filter, up to ${COUNTED_AT_MOST.toLocaleString('en')} incidents.`,
})
export class IncidentFacets {
  @Field(() => Int, { description: 'How many incidents were counted.' })
  counted!: number;

  @Field(() => Boolean, {
    description:
      'Whether these are all. If not, they are those last reported, and each count is a least.',
  })
  complete!: boolean;

  @Field(() => [IncidentFacet])
  facets!: IncidentFacet[];
}
