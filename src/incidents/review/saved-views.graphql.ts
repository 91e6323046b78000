import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, IsUUID, ValidateNested } from 'class-validator';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { IncidentFilterInput } from './filter.graphql.js';
import { IncidentOrder } from './order.graphql.js';
import { INCIDENT_ORDERS, type IncidentOrderName } from './incident-order.js';

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'A filter that somebody keeps under a name.' })
export class SavedIncidentView {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ID, { description: 'The member of staff who made it.' })
  ownerId!: string;

  @Field(() => Boolean, { description: 'With everybody of the owner’s organization.' })
  shared!: boolean;

  @Field(() => IncidentOrder)
  orderBy!: IncidentOrderName;

  @Field(() => Date)
  changedAt!: Date;
}

@InputType({ isAbstract: true })
class ViewInput {
  @Field(() => Boolean, { nullable: true, description: 'With everybody of your organization.' })
  @IsOptional()
  @IsBoolean()
  shared?: boolean | null;

  @Field(() => IncidentOrder, { nullable: true })
  @IsOptional()
  @IsIn(INCIDENT_ORDERS)
  orderBy?: IncidentOrderName | null;
}

@InputType()
export class SaveIncidentViewInput extends ViewInput {
  @Field(() => String)
  @IsString()
  name!: string;

  @Field(() => IncidentFilterInput)
  @ValidateNested()
  @Type(() => IncidentFilterInput)
  filter!: IncidentFilterInput;
}

@InputType({ description: 'What is absent or null stays.' })
export class ChangeIncidentViewInput extends ViewInput {
  @Field(() => ID)
  @IsUUID()
  viewId!: string;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsString()
  name?: string | null;

  @Field(() => IncidentFilterInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => IncidentFilterInput)
  filter?: IncidentFilterInput | null;
}

@InputType()
export class DeleteIncidentViewInput {
  @Field(() => ID)
  @IsUUID()
  viewId!: string;
}
