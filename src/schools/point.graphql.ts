import { Field, Float, InputType, Int } from '@nestjs/graphql';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

@InputType({ description: 'A place on Earth, WGS 84, in degrees.' })
export class PointInput {
  @Field(() => Float)
  @Min(-90)
  @Max(90)
  latitude!: number;

  @Field(() => Float)
  @Min(-180)
  @Max(180)
  longitude!: number;

  @Field(() => Int, { nullable: true, description: 'How far off it may be, as the phone says.' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(100_000)
  accuracyMeters?: number | null;
}
