import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { IsString, IsUUID } from 'class-validator';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'What somebody wrote about an incident afterwards.' })
export class IncidentNote {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'The member of staff.' })
  authorId!: string;

  @Field(() => Date)
  writtenAt!: Date;

  @Field(() => Date, { nullable: true })
  withdrawnAt!: Date | null;
}

@InputType()
export class WriteNoteInput {
  @Field(() => ID)
  @IsUUID()
  incidentId!: string;

  @Field(() => String, {
    description: 'Name no private person. Sealed at rest, and in no alert, figure or export.',
  })
  @IsString()
  text!: string;
}

@InputType()
export class WithdrawNoteInput {
  @Field(() => ID)
  @IsUUID()
  noteId!: string;
}
