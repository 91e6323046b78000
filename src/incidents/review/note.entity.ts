import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What an analyst or a dispatcher wrote about an incident, sealed. */
@Entity('incident_note')
@Index('incident_note_incident', ['incidentId', 'writtenAt', 'id'])
export class NoteRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'uuid', name: 'author_id' })
  authorId!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'written_at' })
  writtenAt!: Date;

  /** Null, and the next two with it: it was withdrawn. */
  @Column({ type: 'bytea', nullable: true })
  text!: Buffer | null;

  @Column({ type: 'text', name: 'key_id', nullable: true })
  keyId!: string | null;

  /** Digests of its words, by which it is found. */
  @Column({ type: 'text', array: true, nullable: true })
  words!: string[] | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'withdrawn_at', nullable: true })
  withdrawnAt!: Date | null;

  @Column({ type: 'uuid', name: 'withdrawn_by', nullable: true })
  withdrawnBy!: string | null;
}
