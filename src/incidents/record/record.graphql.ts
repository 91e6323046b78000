import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IsIn, IsUUID, Min } from 'class-validator';
import { VisibleTo } from '../../identity/access.js';
import { READ_LEDGER } from '../../identity/roles.js';
import type { SignedCheckpoint } from '../../ledger/checkpoint.js';
import type { KeptEntry } from '../../ledger/ledger.store.js';
import type { Proof } from '../../ledger/proofs.service.js';
import { enumOf } from '../../platform/graphql-enum.js';
import type { RedactionRow } from './erasure.entity.js';
import {
  HOLD_REASONS,
  REDACTION_REASONS,
  REDACTION_STATES,
  redactionState,
  type HoldReason,
  type RedactionReason,
  type RedactionState,
} from './erasure-reasons.js';

export const RedactionReasonEnum = enumOf(REDACTION_REASONS);
registerEnumType(RedactionReasonEnum, { name: 'RedactionReason' });
export const RedactionStateEnum = enumOf(REDACTION_STATES);
registerEnumType(RedactionStateEnum, { name: 'RedactionState' });
export const LegalHoldReason = enumOf(HOLD_REASONS);
registerEnumType(LegalHoldReason, { name: 'LegalHoldReason' });

@VisibleTo(...READ_LEDGER)
@ObjectType({ description: 'What the ledger was at a moment, signed. Public.' })
export class LedgerCheckpoint {
  @Field(() => Int, { description: 'Entries.' })
  size!: number;

  @Field(() => String, { description: 'Of the chain, in hex.' })
  head!: string;

  @Field(() => String, { description: 'Of the Merkle tree over the leaves (RFC 9162), in hex.' })
  root!: string;

  @Field(() => Date)
  time!: Date;

  @Field(() => String)
  network!: string;

  @Field(() => String)
  keyId!: string;

  @Field(() => String, { description: 'As it was published: JSON, with its signature.' })
  published!: string;
}

@VisibleTo(...READ_LEDGER)
@ObjectType({ description: 'What leads to the root of a checkpoint (RFC 9162).' })
export class LedgerProof {
  @Field(() => LedgerCheckpoint)
  checkpoint!: LedgerCheckpoint;

  @Field(() => [String], { description: 'Hashes in hex, from the bottom up.' })
  path!: string[];
}

@VisibleTo(...READ_LEDGER)
@ObjectType({ description: 'One thing that happened, as the ledger keeps it.' })
export class LedgerEntry {
  @Field(() => Int, { description: 'From 1 on, without a gap.' })
  sequence!: number;

  @Field(() => String)
  kind!: string;

  @Field(() => ID, { description: 'The incident, or other thing, that it is about.' })
  subject!: string;

  @Field(() => Date)
  recordedAt!: Date;

  @Field(() => String, { description: 'The exact text that was hashed.' })
  body!: string;

  @Field(() => String, { description: 'In hex.' })
  leaf!: string;

  @Field(() => String, { description: 'Of the chain up to here, in hex.' })
  head!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the value it vouches for is still there; null: it vouches for none.',
  })
  disclosed!: boolean | null;

  @Field(() => LedgerProof, {
    nullable: true,
    description: 'That it is in the latest checkpoint; null until there is one that holds it.',
  })
  proof!: LedgerProof | null;
}

@VisibleTo(...READ_LEDGER)
@ObjectType({ description: 'A value that is to be removed from the ledger.' })
export class Redaction {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'The entry that vouches for it.' })
  entry!: number;

  @Field(() => RedactionReasonEnum)
  reason!: RedactionReason;

  @Field(() => RedactionStateEnum)
  state!: RedactionState;

  @Field(() => ID)
  proposedBy!: string;

  @Field(() => Date)
  proposedAt!: Date;

  @Field(() => Date)
  lapsesAt!: Date;

  @Field(() => ID, { nullable: true })
  decidedBy!: string | null;

  @Field(() => Date, { nullable: true })
  decidedAt!: Date | null;
}

@VisibleTo(...READ_LEDGER)
@ObjectType({ description: 'While it stands, nothing of the incident is destroyed.' })
export class LegalHold {
  @Field(() => ID)
  id!: string;

  @Field(() => LegalHoldReason)
  reason!: HoldReason;

  @Field(() => ID)
  setBy!: string;

  @Field(() => Date)
  setAt!: Date;

  @Field(() => ID, { nullable: true })
  liftedBy!: string | null;

  @Field(() => Date, { nullable: true })
  liftedAt!: Date | null;
}

@InputType()
export class RedactEntryInput {
  @Field(() => Int, { description: 'Its sequence.' })
  @Min(1, { message: 'must be the sequence of an entry, from 1 on' })
  entry!: number;

  @Field(() => RedactionReasonEnum)
  @IsIn(REDACTION_REASONS)
  reason!: RedactionReason;
}

@InputType()
export class DecideRedactionInput {
  @Field(() => ID)
  @IsUUID()
  redactionId!: string;
}

@InputType()
export class SetLegalHoldInput {
  @Field(() => ID)
  @IsUUID()
  incidentId!: string;

  @Field(() => LegalHoldReason)
  @IsIn(HOLD_REASONS)
  reason!: HoldReason;
}

@InputType()
export class LiftLegalHoldInput {
  @Field(() => ID)
  @IsUUID()
  incidentId!: string;
}

export const checkpointView = (published: SignedCheckpoint): LedgerCheckpoint => ({
  ...published,
  time: new Date(published.time),
  published: JSON.stringify(published),
});

export const proofView = ({ checkpoint, path }: Proof): LedgerProof => ({
  checkpoint: checkpointView(checkpoint),
  path: path.map((hash) => hash.toString('hex')),
});

export const entryView = (entry: KeptEntry, proof: Proof | undefined): LedgerEntry => ({
  ...entry,
  body: entry.body.toString(),
  leaf: entry.leaf.toString('hex'),
  head: entry.head.toString('hex'),
  proof: proof ? proofView(proof) : null,
});

export const redactionView = (redaction: RedactionRow, now: Date): Redaction => ({
  ...redaction,
  entry: Number(redaction.entry),
  state: redactionState(redaction, now),
});
