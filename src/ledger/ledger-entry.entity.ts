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

export const LEDGER_ENTITIES = [LedgerEntryRow, LedgerDisclosureRow, LedgerHeadRow];
