import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsUUID } from 'class-validator';
import { Activity, Agency } from '../alerts/alerts.graphql.js';
import { CHANGES, type ChangeName } from '../alerts/notice.js';
import { VisibleTo } from '../identity/access.js';
import { ANY_STAFF } from '../identity/roles.js';
import { connectionType } from '../platform/connection.js';
import { enumOf } from '../platform/graphql-enum.js';
import { DEFAULT_MINUTES, DEFAULT_RADIUS_METERS } from './alert-window.js';
import type { IncidentRow } from './incident.entity.js';
import {
  DISMISSALS,
  INCIDENT_STATES,
  type DismissalName,
  type IncidentState,
} from './incident-lifecycle.js';

export const IncidentStateEnum = enumOf(INCIDENT_STATES);
registerEnumType(IncidentStateEnum, { name: 'IncidentState' });
export const DismissalOutcome = enumOf(DISMISSALS);
registerEnumType(DismissalOutcome, { name: 'DismissalOutcome' });
export const IncidentChange = enumOf(CHANGES);
registerEnumType(IncidentChange, {
  name: 'IncidentChange',
  description: 'Why the public is told again; every one has its prewritten text.',
});

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'Where staff saw it. The public is told a school and a distance band.' })
export class Place {
  @Field(() => Float)
  latitude!: number;

  @Field(() => Float)
  longitude!: number;
}

@VisibleTo(...ANY_STAFF)
@ObjectType()
export class Size {
  @Field(() => Int, { nullable: true })
  agents!: number | null;

  @Field(() => Int, { nullable: true })
  vehicles!: number | null;
}

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'What happened, at one place and time: one or more reports.' })
export class Incident {
  @Field(() => ID)
  id!: string;

  @Field(() => IncidentStateEnum)
  state!: IncidentState;

  @Field(() => Activity)
  activity!: IncidentRow['activity'];

  @Field(() => Agency)
  agency!: IncidentRow['agency'];

  @Field(() => Date)
  firstObservedAt!: Date;

  @Field(() => Date)
  lastObservedAt!: Date;

  @Field(() => Date)
  openedAt!: Date;

  @Field(() => Date, { nullable: true })
  verifiedAt!: Date | null;

  @Field(() => Int, { nullable: true })
  radiusMeters!: number | null;

  @Field(() => Date, { nullable: true, description: 'When it lapses unless it is confirmed.' })
  expiresAt!: Date | null;

  @Field(() => Date, {
    nullable: true,
    description: 'When the public was last told that it is on.',
  })
  confirmedAt!: Date | null;

  @Field(() => Date, { nullable: true })
  endedAt!: Date | null;

  @Field(() => DismissalOutcome, { nullable: true })
  dismissal!: DismissalName | null;

  @Field(() => Boolean, {
    description:
      'Made up, to try the service with: it never happened. Say so wherever it is shown.',
  })
  synthetic!: boolean;
}

export const IncidentConnection = connectionType(Incident);

@InputType({ isAbstract: true })
class OfIncident {
  @Field(() => ID)
  @IsUUID()
  incidentId!: string;
}

@InputType()
export class VerifyIncidentInput extends OfIncident {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_RADIUS_METERS,
    description: '500 to 5,000.',
  })
  @IsOptional()
  radiusMeters?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_MINUTES,
    description: '1 to 240.',
  })
  @IsOptional()
  expiresInMinutes?: number | null;
}

@InputType()
export class UpdateIncidentInput extends OfIncident {
  @Field(() => IncidentChange)
  @IsIn(CHANGES)
  change!: ChangeName;

  @Field(() => Int, {
    nullable: true,
    description: '1 to 240, and no sooner than it lapses now; EXTENDED without it: 60.',
  })
  @IsOptional()
  expiresInMinutes?: number | null;
}

@InputType()
export class ClearIncidentInput extends OfIncident {}

@InputType()
export class RetractIncidentInput extends OfIncident {}

@InputType()
export class RecordIncidentInput extends OfIncident {}

@InputType({ isAbstract: true })
class OfProposal extends OfIncident {
  @Field(() => ID, { description: 'The choice you have seen: pendingApproval.id.' })
  @IsUUID()
  proposalId!: string;
}

@InputType()
export class ApproveIncidentInput extends OfProposal {}

@InputType()
export class RejectIncidentInput extends OfProposal {}

@InputType()
export class MergeIncidentsInput {
  @Field(() => ID, { description: 'Its reports go over.' })
  @IsUUID()
  fromId!: string;

  @Field(() => ID)
  @IsUUID()
  intoId!: string;
}

@InputType()
export class SplitIncidentInput extends OfIncident {
  @Field(() => [ID], { description: 'Reports that become an incident of their own; not all.' })
  @ArrayMaxSize(500)
  @IsArray()
  reportIds!: string[];
}

@InputType()
export class DismissIncidentInput extends OfIncident {
  @Field(() => DismissalOutcome)
  @IsIn(DISMISSALS)
  outcome!: DismissalName;
}

/** The `incident` event on `/dispatch`; also the `report` event's incident. */
export const incidentEvent = (incident: IncidentRow) => ({
  id: incident.id,
  state: incident.state,
  drill: incident.drillId !== null,
  mergedInto: incident.mergedInto,
  schoolId: incident.schoolId,
  districtId: incident.districtId,
  activity: incident.activity,
  agency: incident.agency,
  reports: incident.reports,
  lastObservedAt: incident.lastObservedAt.toISOString(),
  expiresAt: incident.expiresAt?.toISOString() ?? null,
  endedAt: incident.endedAt?.toISOString() ?? null,
  dismissal: incident.dismissal,
});
