import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { GROUP_BY_NAMES, MEASURES, type GroupByName, type MeasureName } from './grouping.js';

export const GroupBy = enumOf(GROUP_BY_NAMES);
registerEnumType(GroupBy, {
  name: 'IncidentGrouping',
  description:
    'Days and hours: of the first observation, by the clock at the school. docs/analysts.md has the keys.',
});
export const Measure = enumOf(MEASURES);
registerEnumType(Measure, { name: 'IncidentMeasure', description: 'What is said of each group.' });

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'How long something took, over the incidents that have it.' })
export class MinutesFigure {
  @Field(() => Int, { description: 'So many incidents have it.' })
  incidents!: number;

  @Field(() => Float, { nullable: true, description: 'A quarter took no longer.' })
  lowerQuartile!: number | null;

  @Field(() => Float, { nullable: true })
  median!: number | null;

  @Field(() => Float, { nullable: true, description: 'Three quarters took no longer.' })
  upperQuartile!: number | null;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'A share with its exact interval of 95 % (Clopper and Pearson).' })
export class ShareFigure {
  @Field(() => Int)
  count!: number;

  @Field(() => Int, { description: 'Of so many; of none, nothing can be said.' })
  of!: number;

  @Field(() => Float, { nullable: true, description: '0 to 1.' })
  share!: number | null;

  @Field(() => Float, { nullable: true })
  low!: number | null;

  @Field(() => Float, { nullable: true })
  high!: number | null;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'Devices that first messages reached; one told twice counts twice.' })
export class DevicesFigure {
  @Field(() => Int, { description: 'Incidents that were told.' })
  incidents!: number;

  @Field(() => Int, { description: 'Each incident’s rounded to tens.' })
  devices!: number;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'A number of people, as a range.' })
export class PeopleBandFigure {
  @Field(() => Int)
  from!: number;

  @Field(() => Int, { nullable: true, description: 'Inclusive; null: no end.' })
  to!: number | null;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'Absences beside those of the same weekday as a rule, where recorded.' })
export class AbsencesFigure {
  @Field(() => Int, { description: 'Incidents for which both are recorded.' })
  incidents!: number;

  @Field(() => ShareFigure, { description: 'Incidents with more than as a rule.' })
  above!: ShareFigure;

  @Field(() => Int, { description: 'Incidents with fewer than as a rule.' })
  below!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Absent, by absent as a rule: the median of the incidents, to one decimal.',
  })
  medianRatio!: number | null;

  @Field(() => PeopleBandFigure, {
    nullable: true,
    description: 'Absences beyond the rule, over all of them; null: there were not more.',
  })
  excess!: PeopleBandFigure | null;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'Figures of some incidents; of the measure that was asked for.' })
export class IncidentFigures {
  @Field(() => Int, { description: 'All of them, whatever became of them.' })
  incidents!: number;

  @Field(() => Int, { description: 'Confirmed by a second person, and not retracted.' })
  confirmed!: number;

  @Field(() => MinutesFigure, { nullable: true })
  minutes!: MinutesFigure | null;

  @Field(() => ShareFigure, {
    nullable: true,
    description: 'Found unfounded or retracted, of these and the confirmed.',
  })
  unfounded!: ShareFigure | null;

  @Field(() => DevicesFigure, { nullable: true })
  devices!: DevicesFigure | null;

  @Field(() => AbsencesFigure, { nullable: true })
  absences!: AbsencesFigure | null;
}

@VisibleTo(...CHRONICLE)
@ObjectType()
export class IncidentGroup {
  @Field(() => [String], {
    nullable: 'items',
    description: 'One for each of groupBy; null: unknown, not recorded, or none.',
  })
  keys!: (string | null)[];

  @Field(() => IncidentFigures)
  figures!: IncidentFigures;
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'Incidents in groups. Not for publication: see publishFigures.' })
export class IncidentStatistics {
  @Field(() => [GroupBy])
  groupBy!: GroupByName[];

  @Field(() => Measure)
  measure!: MeasureName;

  @Field(() => IncidentFigures, { description: 'Of all, each incident once.' })
  total!: IncidentFigures;

  @Field(() => [IncidentGroup], {
    description: 'Those that are not empty, in order of their keys.',
  })
  groups!: IncidentGroup[];

  @Field(() => Boolean, {
    description: 'An incident can be in several groups: do not add them up.',
  })
  overlapping!: boolean;

  @Field(() => Boolean, { description: 'Incidents that were made up are among them.' })
  synthetic!: boolean;
}
