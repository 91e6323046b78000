import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsIn,
  IsOptional,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Activity, Agency } from '../alerts/alerts.graphql.js';
import { ACTIVITIES, AGENCIES, type ActivityName, type AgencyName } from '../alerts/notice.js';
import { VisibleTo } from '../identity/access.js';
import { ANY_STAFF } from '../identity/roles.js';
import { VANTAGES, type VantageName } from '../incidents/sighting.js';
import { connectionType } from '../platform/connection.js';
import { enumOf } from '../platform/graphql-enum.js';
import { PointInput } from '../schools/point.graphql.js';
import {
  AUTHORITIES,
  CAMPUS_PLACES,
  EQUIPMENT,
  IDENTIFICATIONS,
  MAX_NARRATIVE,
  SCHOOL_POLICE,
  type AuthorityName,
  type CampusPlaceName,
  type EquipmentName,
  type IdentificationName,
  type SchoolPoliceName,
} from './salute.js';

const Vantage = enumOf(VANTAGES);
registerEnumType(Vantage, { name: 'Vantage', description: 'Seen oneself, or heard from another.' });
const Identification = enumOf(IDENTIFICATIONS);
registerEnumType(Identification, { name: 'Identification' });
const Equipment = enumOf(EQUIPMENT);
registerEnumType(Equipment, { name: 'Equipment' });
const CampusPlace = enumOf(CAMPUS_PLACES);
registerEnumType(CampusPlace, { name: 'CampusPlace' });
const Authority = enumOf(AUTHORITIES);
registerEnumType(Authority, { name: 'Authority', description: 'What paper was shown.' });
const SchoolPolice = enumOf(SCHOOL_POLICE);
registerEnumType(SchoolPolice, { name: 'SchoolPoliceInvolvement' });

@InputType()
export class SizeInput {
  @Field(() => Int, { nullable: true })
  @IsOptional()
  agents?: number | null;

  @Field(() => Int, { nullable: true })
  @IsOptional()
  vehicles?: number | null;
}

@InputType()
export class UnitInput {
  @Field(() => Agency)
  @IsIn(AGENCIES)
  agency!: AgencyName;

  @Field(() => [Identification])
  @ArrayMaxSize(IDENTIFICATIONS.length)
  @ArrayUnique()
  identifiedBy!: IdentificationName[];
}

@InputType({ description: 'SALUTE: Size, Activity, Location, Unit, Time, Equipment.' })
export class FileReportInput {
  @Field(() => ID, { description: 'Made by the phone: filing again with it is the same filing.' })
  @IsUUID()
  id!: string;

  @Field(() => Date, { description: 'When it was seen; at most 5 minutes ahead, 30 days ago.' })
  @IsOptional()
  observedAt!: Date;

  @Field(() => PointInput, { description: 'Within 5 km of a known school.' })
  @ValidateNested()
  @Type(() => PointInput)
  location!: PointInput;

  @Field(() => Vantage)
  @IsIn(VANTAGES)
  vantage!: VantageName;

  @Field(() => SizeInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => SizeInput)
  size?: SizeInput | null;

  @Field(() => Activity)
  @IsIn(ACTIVITIES)
  activity!: ActivityName;

  @Field(() => UnitInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => UnitInput)
  unit?: UnitInput | null;

  @Field(() => [Equipment], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(EQUIPMENT.length)
  @ArrayUnique()
  equipment?: EquipmentName[] | null;

  @Field(() => CampusPlace, { nullable: true })
  @IsOptional()
  campus?: CampusPlaceName | null;

  @Field(() => Authority, { nullable: true })
  @IsOptional()
  authority?: AuthorityName | null;

  @Field(() => SchoolPolice, { nullable: true })
  @IsOptional()
  schoolPolice?: SchoolPoliceName | null;

  @Field(() => String, {
    nullable: true,
    description: 'Confidential: for the author and dispatchers; sealed at rest, in no alert.',
  })
  @IsOptional()
  @MaxLength(MAX_NARRATIVE)
  narrative?: string | null;

  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  drill?: boolean | null;
}

@VisibleTo(...ANY_STAFF)
@ObjectType()
export class Unit {
  @Field(() => Agency)
  agency!: AgencyName;

  @Field(() => [Identification])
  identifiedBy!: IdentificationName[];
}

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'One responder’s observation, as filed.' })
export class Report {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  incidentId!: string;

  @Field(() => Date)
  filedAt!: Date;

  @Field(() => Date)
  observedAt!: Date;

  @Field(() => Int, { nullable: true })
  accuracyMeters!: number | null;

  @Field(() => Vantage)
  vantage!: VantageName;

  @Field(() => Activity)
  activity!: ActivityName;

  @Field(() => [Equipment])
  equipment!: EquipmentName[];

  @Field(() => CampusPlace, { nullable: true })
  campus!: CampusPlaceName | null;

  @Field(() => Authority, { nullable: true })
  authority!: AuthorityName | null;

  @Field(() => SchoolPolice, { nullable: true })
  schoolPolice!: SchoolPoliceName | null;

  @Field(() => Boolean)
  drill!: boolean;
}

export const ReportConnection = connectionType(Report);
