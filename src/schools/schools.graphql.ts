import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { VisibleTo } from '../identity/access.js';
import { connectionType } from '../platform/connection.js';

@VisibleTo('PUBLIC')
@ObjectType({ description: 'A local education agency, by its NCES LEAID.' })
export class District {
  @Field(() => ID, { description: 'LEAID, 7 digits.' })
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  state!: string;
}

@VisibleTo('PUBLIC')
@ObjectType({ description: 'A public school, by its NCES id.' })
export class School {
  @Field(() => ID, { description: 'NCESSCH, 12 digits.' })
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String)
  street!: string;

  @Field(() => String)
  city!: string;

  @Field(() => String)
  state!: string;

  @Field(() => String)
  zip!: string;

  @Field(() => String)
  county!: string;

  @Field(() => String, { nullable: true })
  level!: string | null;

  @Field(() => Float)
  latitude!: number;

  @Field(() => Float)
  longitude!: number;

  @Field(() => Int, { nullable: true, description: 'From `near`, when that was asked for.' })
  distanceMeters!: number | null;
}

export const SchoolConnection = connectionType(School);
