import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsIn, IsOptional, IsUUID, Matches, MaxLength } from 'class-validator';
import { connectionType } from '../platform/connection.js';
import { enumOf } from '../platform/graphql-enum.js';
import { Day } from '../platform/scalars.js';
import { VisibleTo } from './access.js';
import { ANY_STAFF, ROLES, type RoleName } from './roles.js';

export const Role = enumOf(ROLES);
registerEnumType(Role, { name: 'Role' });

@VisibleTo(...ANY_STAFF)
@ObjectType({ description: 'A person with a role, of an organization of the coalition.' })
export class Staff {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  displayName!: string;

  @Field(() => Role)
  role!: RoleName;

  @Field(() => String, { description: 'Name of the organization.' })
  organization!: string;

  @Field(() => Day, {
    nullable: true,
    description: 'Training counts through this day; null: it does not lapse.',
  })
  certifiedUntil!: string | null;

  @Field(() => Boolean)
  suspended!: boolean;
}

export const StaffConnection = connectionType(Staff);

@VisibleTo('ADMIN', 'DISPATCHER')
@ObjectType()
export class Invite {
  @Field(() => String, { description: 'A link for one person, once: it ends in /invite/<token>.' })
  url!: string;

  @Field(() => Date)
  expiresAt!: Date;
}

@VisibleTo('PUBLIC')
@ObjectType({ description: 'What accepting an invite gives. The token is shown this once.' })
export class Session {
  @Field(() => String, { description: 'Send it as "Authorization: Bearer <token>".' })
  token!: string;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => Staff)
  staff!: Staff;
}

@InputType()
export class InviteStaffInput {
  @Field(() => Role)
  @IsIn(ROLES)
  role!: RoleName;

  @Field(() => String, { description: 'Name of the organization; a new name makes a new one.' })
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(120)
  organization!: string;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @MaxLength(80)
  displayName?: string | null;

  @Field(() => Day, {
    nullable: true,
    description: 'Last day the training counts. A responder without one: a year from today.',
  })
  @IsOptional()
  certifiedUntil?: string | null;
}

@InputType()
export class AcceptInviteInput {
  @Field(() => String)
  @MaxLength(200)
  token!: string;

  @Field(() => String)
  @Matches(/\S/, { message: 'must not be blank' })
  @MaxLength(80)
  displayName!: string;
}

@InputType()
export class UpdateStaffInput {
  @Field(() => ID)
  @IsUUID()
  staffId!: string;

  @Field(() => Role, { nullable: true })
  @IsOptional()
  @IsIn(ROLES)
  role?: RoleName | null;

  @Field(() => Day, { nullable: true, description: 'Last day the training counts.' })
  @IsOptional()
  certifiedUntil?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'true: signed out everywhere, at once.' })
  @IsOptional()
  suspended?: boolean | null;
}
