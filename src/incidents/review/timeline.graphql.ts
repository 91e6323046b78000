import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { VisibleTo } from '../../identity/access.js';
import { CHRONICLE } from '../../identity/roles.js';
import { LedgerProof } from '../record/record.graphql.js';

@VisibleTo(...CHRONICLE)
@ObjectType()
export class TimelineFact {
  @Field(() => String)
  name!: string;

  @Field(() => String, { description: 'Text as it is; a number, a list or more as JSON.' })
  value!: string;
}

@VisibleTo(...CHRONICLE)
@ObjectType({
  description: 'A report, a transition, a message, what was recorded or written: one ledger entry.',
})
export class IncidentTimelineEntry {
  @Field(() => Int, { description: 'Its number in the ledger.' })
  entry!: number;

  @Field(() => String, { description: 'Such as report.filed or incident.verified.' })
  kind!: string;

  @Field(() => ID, { description: 'This incident, or one that was merged into it.' })
  incidentId!: string;

  @Field(() => Date)
  at!: Date;

  @Field(() => String, { description: 'Id of the member of staff; or clock, or import.' })
  actor!: string;

  @Field(() => [TimelineFact])
  facts!: TimelineFact[];

  @Field(() => String, { description: 'SHA-256 of 0x00 and the entry’s bytes, hexadecimal.' })
  leaf!: string;

  @Field(() => String, { description: 'SHA-256 of 0x01, the head before it, and the leaf.' })
  head!: string;

  @Field(() => Boolean, { description: 'Whether the bytes still have that hash.' })
  intact!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Hash of the sensitive part, which can be expunged; null: there is none.',
  })
  commitment!: string | null;

  @Field(() => LedgerProof, {
    nullable: true,
    description: 'That it is in the latest checkpoint; null until there is one that holds it.',
  })
  proof!: LedgerProof | null;
}
