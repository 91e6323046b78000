import type { Type as Class } from '@nestjs/common';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsDefined, IsIn, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { Agency } from '../../alerts/alerts.graphql.js';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { enumOf } from '../../platform/graphql-enum.js';
import {
  DETAIL_FIELDS,
  DETAIL_NAMES,
  type Detail,
  type DetailChanges,
  type DetailField,
  type DetailShape,
} from './detail-fields.js';
import {
  CERTAINTIES,
  SOURCES,
  VOCABULARY,
  type CertaintyName,
  type SourceName,
  type VocabularyName,
} from './vocabulary.js';

export const DetailSource = enumOf(SOURCES);
registerEnumType(DetailSource, {
  name: 'DetailSource',
  description: 'Where a value comes from; the media alone confirm nothing.',
});
export const DetailCertainty = enumOf(CERTAINTIES);
registerEnumType(DetailCertainty, {
  name: 'DetailCertainty',
  description: 'Alleged stays alleged until it is recorded anew with what confirms it.',
});
export const DetailFieldEnum = enumOf(DETAIL_NAMES);
registerEnumType(DetailFieldEnum, {
  name: 'DetailField',
  description: 'The fields of IncidentDetails.',
});

/** The GraphQL enum of each list of the vocabulary. */
export const ENUMS: ReadonlyMap<VocabularyName, object> = new Map(
  Object.entries(VOCABULARY).map(([name, { codes, about }]) => {
    // That one is the alerts’, too.
    if (name === 'Agency') return [name as VocabularyName, Agency as object];
    const codeEnum = enumOf(codes as readonly string[]);
    registerEnumType(codeEnum, { name, description: about });
    return [name as VocabularyName, codeEnum];
  }),
);

/** The types of what fields of one shape hold, in and out. */
interface DetailTypes {
  output: Class<object>;
  input: Class<object>;
}

function detailTypes(name: string, value: () => never): DetailTypes {
  @VisibleTo(...CHRONICLE)
  @ObjectType(name)
  class Output {
    @Field(value)
    value!: unknown;

    @Field(() => DetailSource)
    source!: SourceName;

    @Field(() => DetailCertainty)
    certainty!: CertaintyName;

    @Field(() => Date)
    recordedAt!: Date;
  }

  @InputType(`${name}Input`)
  class Input {
    @Field(value)
    @IsDefined()
    value!: unknown;

    @Field(() => DetailSource)
    @IsIn(SOURCES)
    source!: SourceName;

    @Field(() => DetailCertainty)
    @IsIn(CERTAINTIES)
    certainty!: CertaintyName;
  }
  return { output: Output, input: Input };
}

const known = new Map<string, DetailTypes>();

/** One pair of types for all fields that hold the same. */
function typesOf(shape: DetailShape): DetailTypes {
  const [name, value] = nameAndValue(shape);
  const types = known.get(name) ?? detailTypes(name, () => value as never);
  known.set(name, types);
  return types;
}

function nameAndValue(shape: DetailShape): [name: string, value: unknown] {
  switch (shape.kind) {
    case 'code':
      return [`${shape.of}Detail`, ENUMS.get(shape.of)];
    case 'codes':
      return [`${shape.of}ListDetail`, [ENUMS.get(shape.of)]];
    case 'count':
      return ['CountDetail', Int];
    case 'moment':
      return ['MomentDetail', Date];
  }
}

@VisibleTo(...CHRONICLE)
@ObjectType({
  description: 'What was recorded of an incident after the fact. Null: nobody recorded it.',
})
export class IncidentDetails {}

@InputType({ description: 'Null withdraws a field; what is absent stays as it is.' })
export class RecordDetailsInput {
  @Field(() => ID)
  @IsUUID()
  incidentId!: string;
}

for (const field of DETAIL_NAMES) {
  const shape: DetailShape = DETAIL_FIELDS[field];
  const { output, input } = typesOf(shape);
  const options = { nullable: true, description: shape.about };
  Field(() => output, options)(IncidentDetails.prototype, field);
  for (const decorate of [
    Field(() => input, options),
    IsOptional(),
    ValidateNested(),
    Type(() => input),
  ])
    decorate(RecordDetailsInput.prototype, field);
}

/** What was asked for, in the domain’s terms: moments as text. */
export function changesOf(input: RecordDetailsInput): DetailChanges {
  const asked = input as { [F in DetailField]?: (Detail & { value: unknown }) | null };
  return Object.fromEntries(
    DETAIL_NAMES.filter((field) => asked[field] !== undefined).map((field) => {
      const detail = asked[field];
      if (!detail) return [field, null];
      const { value, source, certainty } = detail;
      return [
        field,
        { value: value instanceof Date ? value.toISOString() : value, source, certainty },
      ];
    }),
  );
}

@VisibleTo(...CHRONICLE)
@ObjectType({ description: 'One value of one field, as somebody recorded it.' })
export class DetailRecord {
  @Field(() => Int, { description: 'Which recording of the incident it came with, from 1.' })
  revision!: number;

  @Field(() => DetailFieldEnum)
  field!: DetailField;

  @Field(() => [String], {
    description:
      'Codes, a count or a time (RFC 3339, UTC) as text; none: it was withdrawn, or redacted.',
  })
  values!: string[];

  @Field(() => DetailSource, { nullable: true })
  source!: SourceName | null;

  @Field(() => DetailCertainty, { nullable: true })
  certainty!: CertaintyName | null;

  @Field(() => ID, { description: 'The member of staff.' })
  recordedBy!: string;

  @Field(() => Date)
  recordedAt!: Date;

  @Field(() => Date, { nullable: true, description: 'When another took its place.' })
  supersededAt!: Date | null;
}
