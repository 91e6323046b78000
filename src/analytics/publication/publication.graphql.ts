import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsOptional, Matches } from 'class-validator';
import { VisibleTo } from '../../identity/access.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { Day } from '../../platform/scalars.js';
import { PERIODS, type PeriodName } from './periods.js';
import type { SafeTable } from './publication.service.js';
import type { PublishedRow } from './published-figures.entity.js';
import type { ShownTable } from './suppression.js';

export const FigurePeriod = enumOf(PERIODS);
registerEnumType(FigurePeriod, {
  name: 'FigurePeriod',
  description: 'A calendar month or quarter; a school year, from July through June.',
});

@InputType({ description: 'Places and periods are fixed, and nothing else is chosen.' })
export class PublishFiguresInput {
  @Field(() => String, {
    nullable: true,
    description: 'USPS code: its districts are the rows. Left out: the rows are states.',
  })
  @IsOptional()
  @Matches(/^[A-Z]{2}$/, { message: 'must be a USPS code, such as FL' })
  usState?: string | null;

  @Field(() => FigurePeriod, { description: 'What the whole table covers.' })
  @IsOptional()
  span!: PeriodName;

  @Field(() => Day, { description: 'The first day of the span.' })
  @IsOptional()
  from!: string;

  @Field(() => FigurePeriod, { description: 'What a column covers; at most the span.' })
  @IsOptional()
  period!: PeriodName;
}

const COUNT = 'To the nearest 5, each by itself; null: withheld.';

@VisibleTo('PUBLIC')
@ObjectType({ description: 'Figures of one place; null: withheld, or not stated.' })
export class FigureRow {
  @Field(() => ID, { description: 'LEAID of a district, or a state.' })
  place!: string;

  @Field(() => [Int], { nullable: 'items', description: COUNT })
  figures!: (number | null)[];

  @Field(() => Int, { nullable: true, description: COUNT })
  total!: number | null;
}

@VisibleTo('PUBLIC')
@ObjectType({
  description:
    'Confirmed incidents, made safe for everybody: docs/analysts.md says how to read it.',
})
export class SafeFigures {
  @Field(() => String, { nullable: true, description: 'Null: the rows are states.' })
  usState!: string | null;

  @Field(() => FigurePeriod)
  span!: PeriodName;

  @Field(() => Day)
  from!: string;

  @Field(() => FigurePeriod)
  period!: PeriodName;

  @Field(() => [String], { description: 'Names of the columns, such as 2026-09.' })
  periods!: string[];

  @Field(() => [FigureRow])
  rows!: FigureRow[];

  @Field(() => [Int], { nullable: 'items', description: COUNT })
  totals!: (number | null)[];

  @Field(() => Int, { nullable: true, description: COUNT })
  total!: number | null;

  @Field(() => String, { description: 'SHA-256 of what it says; the ledger has it.' })
  sha256!: string;

  @Field(() => Boolean, { description: 'All of it was made up.' })
  synthetic!: boolean;
}

@VisibleTo('PUBLIC')
@ObjectType({ description: 'A table as it was published; it is never changed.' })
export class PublishedFigures extends SafeFigures {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'A correction is the next, from 1.' })
  version!: number;

  @Field(() => Date)
  publishedAt!: Date;
}

/** A table whose rows and columns have names, and its totals apart. */
export function safeView(table: SafeTable): SafeFigures {
  const { usState, span, spanFrom, period, periods, places, figures, sha256, synthetic } = table;
  const inside = (row: ShownTable[number]) => row.slice(0, -1);
  const last = figures.at(-1)!;
  return {
    ...{ usState, span, from: spanFrom, period, periods, sha256, synthetic },
    rows: places.map((place, index) => ({
      ...{ place, figures: inside(figures[index]!), total: figures[index]!.at(-1)! },
    })),
    ...{ totals: inside(last), total: last.at(-1)! },
  };
}

export const publishedView = (row: PublishedRow): PublishedFigures => ({
  ...safeView(row),
  ...{ id: row.id, version: row.version, publishedAt: row.publishedAt },
});
