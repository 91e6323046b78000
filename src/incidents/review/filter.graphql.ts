import { Field, Float, ID, InputType, Int, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { Activity, Agency } from '../../alerts/alerts.graphql.js';
import { ACTIVITIES, AGENCIES } from '../../alerts/notice.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { PolicyKind } from '../../schools/policy.graphql.js';
import { POLICY_KINDS } from '../../schools/policy.js';
import { DepartureRule } from '../advocacy/departures.graphql.js';
import { DEPARTURE_RULES } from '../advocacy/departures.js';
import { ENUMS } from '../advocacy/details.graphql.js';
import { AUTHORITIES_SHOWN } from '../advocacy/vocabulary.js';
import { INCIDENT_STATES } from '../incident-lifecycle.js';
import { IncidentStateEnum } from '../incidents.graphql.js';
import { OUTCOMES, type OutcomeName } from '../outcomes.js';
import {
  FINEST_CELL,
  MAX_LISTED,
  MAX_METERS,
  type BoundingBox,
  type IncidentFilter,
} from './incident-filter.js';

export const Outcome = enumOf(OUTCOMES);
registerEnumType(Outcome, { name: 'IncidentOutcome', description: 'What became of an incident.' });

@InputType({
  description: 'Degrees, WGS 84. With west of more than east: across the 180th meridian.',
})
export class BoundingBoxInput implements BoundingBox {
  @Field(() => Float)
  @IsOptional()
  south!: number;

  @Field(() => Float)
  @IsOptional()
  west!: number;

  @Field(() => Float)
  @IsOptional()
  north!: number;

  @Field(() => Float)
  @IsOptional()
  east!: number;
}

/** A list of which any one holds. */
const AnyOf =
  (type: () => object, most: number, description?: string): PropertyDecorator =>
  (target, name) => {
    Field(() => [type() as never], { nullable: true, description })(target, name);
    IsOptional()(target, name);
    ArrayMaxSize(most)(target, name as string);
  };

/** One condition. */
const Maybe =
  (type: () => unknown, description?: string): PropertyDecorator =>
  (target, name) => {
    Field(type as never, { nullable: true, description })(target, name);
    IsOptional()(target, name);
  };

@InputType('IncidentFilter', {
  description: 'All of it holds at once; of a list, any one. What is left out asks nothing.',
})
export class IncidentFilterInput implements IncidentFilter {
  @AnyOf(() => IncidentStateEnum, INCIDENT_STATES.length)
  states?: IncidentFilter['states'];

  @AnyOf(() => Outcome, OUTCOMES.length)
  outcomes?: OutcomeName[] | null;

  @Maybe(() => Date, 'First reported from then on.')
  since?: Date | null;

  @Maybe(() => Date, 'First reported before then.')
  until?: Date | null;

  @Maybe(() => Date, 'First observed from then on.')
  observedSince?: Date | null;

  @Maybe(() => Date, 'First observed before then.')
  observedUntil?: Date | null;

  @AnyOf(() => String, MAX_LISTED.usStates, 'USPS codes, such as FL.')
  usStates?: string[] | null;

  @Maybe(() => ID)
  districtId?: string | null;

  @AnyOf(() => ID, MAX_LISTED.districtIds)
  districtIds?: string[] | null;

  @Maybe(() => ID)
  schoolId?: string | null;

  @AnyOf(() => ID, MAX_LISTED.schoolIds)
  schoolIds?: string[] | null;

  @AnyOf(() => String, MAX_LISTED.schoolLevels, 'As NCES names them, such as Elementary.')
  schoolLevels?: string[] | null;

  @AnyOf(
    () => Agency,
    AGENCIES.length,
    'Confirmed; else as reported; else, where unknown, claimed.',
  )
  agencies?: IncidentFilter['agencies'];

  @AnyOf(() => Activity, ACTIVITIES.length)
  activities?: IncidentFilter['activities'];

  @AnyOf(
    () => ENUMS.get('AuthorityShown')!,
    AUTHORITIES_SHOWN.length,
    'As recorded in the details.',
  )
  authorities?: IncidentFilter['authorities'];

  @AnyOf(() => PolicyKind, POLICY_KINDS.length, 'In force on the local day of the incident.')
  policies?: IncidentFilter['policies'];

  @AnyOf(() => PolicyKind, POLICY_KINDS.length, 'None of these was in force that day.')
  withoutPolicies?: IncidentFilter['withoutPolicies'];

  @AnyOf(() => DepartureRule, DEPARTURE_RULES.length)
  departures?: IncidentFilter['departures'];

  @Maybe(() => Boolean, 'Whether practice departed from any promise.')
  departed?: boolean | null;

  @Maybe(() => String, 'Words that all stand in its notes: whole words, whatever case and accents.')
  text?: string | null;

  @Maybe(() => BoundingBoxInput)
  @ValidateNested()
  @Type(() => BoundingBoxInput)
  box?: BoundingBoxInput | null;

  @Maybe(() => String, `An H3 cell of resolution 0 to ${FINEST_CELL}.`)
  cell?: string | null;

  @Maybe(() => Int, `At most so far from its school; up to ${MAX_METERS.toLocaleString('en')}.`)
  withinMeters?: number | null;

  @Maybe(() => Int, 'Farther from its school than this.')
  beyondMeters?: number | null;

  @Maybe(() => Boolean, 'Those of drills instead of what is real.')
  drills?: boolean | null;

  @Maybe(() => Boolean, 'Only what was made up, or none of it; left out: both.')
  synthetic?: boolean | null;
}
