import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('ledger_entry')
@Index('ledger_entry_subject', ['subject', 'seq'])
export class LedgerEntryRow {
  @PrimaryColumn({ type: 'bigint' })
  seq!: string;

  @Column({ type: 'text' })
  kind!: string;

  @Column({ type: 'uuid' })
  subject!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'recorded_at' })
  recordedAt!: Date;

  /** The exact bytes that were hashed: canonical JSON. */
  @Column({ type: 'bytea' })
  body!: Buffer;

  @Column({ type: 'bytea' })
  leaf!: Buffer;

  @Column({ type: 'bytea' })
  head!: Buffer;
}

/** What a disclosed value is sealed for. */
export const DISCLOSURE_PLACE = 'ledger_disclosure/value';

/** The deletable half of a commitment: expunging it leaves the chain valid. */
@Entity('ledger_disclosure')
@Index('ledger_disclosure_entry', ['entry'], { unique: true })
export class LedgerDisclosureRow {
  @PrimaryColumn({ type: 'bytea' })
  commitment!: Buffer;

  @Column({ type: 'bytea' })
  salt!: Buffer;

  @Column({ type: 'text', name: 'key_id' })
  keyId!: string;

  /** The value, sealed. */
  @Column({ type: 'bytea' })
  value!: Buffer;

  /** The sequence of the entry that vouches for it. */
  @Column({ type: 'bigint', nullable: true })
  entry!: string | null;
}

@Entity('ledger_head')
export class LedgerHeadRow {
  @PrimaryColumn({ type: 'boolean', default: true })
  id!: boolean;

  @Column({ type: 'bigint' })
  size!: string;

  @Column({ type: 'bytea' })
  head!: Buffer;
}

/** The hash of a complete subtree, of every eighth level above the leaves. */
@Entity('ledger_tile')
export class LedgerTileRow {
  @PrimaryColumn({ type: 'smallint' })
  level!: number;

  @PrimaryColumn({ type: 'bigint' })
  index!: string;

  @Column({ type: 'bytea' })
  hash!: Buffer;
}

@Entity('ledger_checkpoint')
export class LedgerCheckpointRow {
  @PrimaryColumn({ type: 'timestamptz', precision: 3, name: 'made_at' })
  madeAt!: Date;

  @Column({ type: 'bigint' })
  size!: string;

  @Column({ type: 'bytea' })
  root!: Buffer;

  @Column({ type: 'bytea' })
  head!: Buffer;

  /** As it was signed and published: JSON. */
  @Column({ type: 'text' })
  published!: string;
}

export const LEDGER_ENTITIES = [
  LedgerEntryRow,
  LedgerDisclosureRow,
  LedgerHeadRow,
  LedgerTileRow,
  LedgerCheckpointRow,
];
