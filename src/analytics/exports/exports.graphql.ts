import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { VisibleTo } from '../../identity/access.js';
import { EXPORT } from '../../identity/roles.js';
import { IncidentFilterInput } from '../../incidents/review/filter.graphql.js';
import { connectionType } from '../../platform/connection.js';
import { enumOf } from '../../platform/graphql-enum.js';
import { EXPORT_STATES, type ExportRow, type ExportState } from './export.entity.js';
import type { ExportFormat } from './export-request.js';
import { nameOf } from './export-files.service.js';
import { RELEASE_STATES, type ReleaseState } from './release.js';
import type { ReleaseView } from './releases.service.js';

const Format = { CSV: 'csv', NDJSON: 'ndjson', GEOJSON: 'geojson', XLSX: 'xlsx' } as const;
registerEnumType(Format, { name: 'ExportFormat' });
const State = enumOf(EXPORT_STATES);
registerEnumType(State, {
  name: 'ExportState',
  description: 'DELETED: its file is gone, as files are after a day.',
});
const ReleaseStateEnum = enumOf(RELEASE_STATES);
registerEnumType(ReleaseStateEnum, { name: 'IdentityReleaseState' });

@VisibleTo(...EXPORT)
@ObjectType({ description: 'A file that the queue makes, for whoever asked for it alone.' })
export class ExportJob {
  @Field(() => ID)
  id!: string;

  @Field(() => Format)
  format!: ExportFormat;

  @Field(() => State)
  state!: ExportState;

  @Field(() => Int, { description: 'So far.' })
  rows!: number;

  @Field(() => Int, { nullable: true, description: 'In all; null: not counted yet.' })
  total!: number | null;

  @Field(() => String, { nullable: true, description: 'Of the file, once it is finished.' })
  bytes!: string | null;

  @Field(() => String, { nullable: true })
  sha256!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether any row is made up.' })
  synthetic!: boolean | null;

  @Field(() => Date)
  askedAt!: Date;

  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: 'Its file is deleted then.' })
  deletesAt!: Date | null;

  @Field(() => String)
  fileName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where its file is fetched with the same token; ranges can be asked for.',
  })
  path!: string | null;

  @Field(() => String)
  manifestPath!: string;
}

export const exportJobView = (row: ExportRow): ExportJob => {
  const { id, format, state, rows, total, bytes, sha256, synthetic } = row;
  const { askedAt, finishedAt, deletesAt } = row;
  return {
    ...{ id, format, state, rows, total, bytes, sha256, synthetic },
    ...{ askedAt, finishedAt, deletesAt, fileName: nameOf(row) },
    path: state === 'FINISHED' ? `/exports/${id}/file` : null,
    manifestPath: `/exports/${id}/manifest.json`,
  };
};

@InputType()
export class StartExportInput {
  @Field(() => Format)
  @IsOptional()
  format!: ExportFormat;

  @Field(() => IncidentFilterInput, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => IncidentFilterInput)
  filter?: IncidentFilterInput | null;

  @Field(() => ID, { nullable: true, description: 'A saved view, in place of a filter.' })
  @IsOptional()
  @IsUUID('all', { message: 'must be a UUID' })
  viewId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'A row of HXL tags; CSV and XLSX only.' })
  @IsOptional()
  hxl?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'An approved IdentityRelease of yours.' })
  @IsOptional()
  @IsUUID('all', { message: 'must be a UUID' })
  releaseId?: string | null;
}

@VisibleTo(...EXPORT)
@ObjectType({
  description:
    'Permission to name responders in one export of these incidents: asked by one person, given by an admin who is another.',
})
export class IdentityRelease {
  @Field(() => ID)
  id!: string;

  @Field(() => ReleaseStateEnum)
  state!: ReleaseState;

  @Field(() => String, { nullable: true, description: 'Null: it was redacted.' })
  reason!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The filter that was asked for, as JSON; null: it was redacted.',
  })
  filter!: string | null;

  @Field(() => ID)
  askedBy!: string;

  @Field(() => Date)
  askedAt!: Date;

  @Field(() => ID, { nullable: true })
  answeredBy!: string | null;

  @Field(() => Date, { description: 'Until then it can be answered, or used.' })
  lapsesAt!: Date;
}

export const IdentityReleaseConnection = connectionType(IdentityRelease);

export const releaseShown = ({ row, ...view }: ReleaseView): IdentityRelease => ({
  ...{ id: row.id, askedBy: row.askedBy, askedAt: row.askedAt, ...view },
  answeredBy: row.approvedBy ?? row.rejectedBy,
});

@InputType()
export class AskIdentityReleaseInput {
  @Field(() => String)
  @IsOptional()
  reason!: string;

  @Field(() => IncidentFilterInput)
  @ValidateNested()
  @Type(() => IncidentFilterInput)
  filter!: IncidentFilterInput;
}

@InputType()
export class AnswerIdentityReleaseInput {
  @Field(() => ID)
  @IsUUID('all', { message: 'must be a UUID' })
  releaseId!: string;

  @Field(() => Boolean)
  @IsOptional()
  approve!: boolean;
}
