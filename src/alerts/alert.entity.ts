import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AlertDraft } from './alert-builder.js';
import type { AlertPayload } from './messages.js';
import type { ChangeName, NoticeFacts, NoticeKind } from './notice.js';

/** Words of a message for those who were told only of `incidentId`, which is merged into its incident. */
export interface ThreadWords {
  incidentId: string;
  /** By locale, signed. */
  payloads: Record<string, AlertPayload>;
}

/** One immutable message. Only `superseded_by` and `regrouped_at` are ever set later. */
@Entity('alert')
@Index('alert_incident', ['incidentId', 'sent', 'id'])
@Index('alert_active', { synchronize: false })
@Index('alert_sent', ['sent', 'id'])
@Index('alert_district', { synchronize: false })
export class AlertRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'text' })
  kind!: NoticeKind;

  @Column({ type: 'text', nullable: true })
  change!: ChangeName | null;

  @Column({ type: 'text' })
  status!: AlertDraft['status'];

  @Column({ type: 'text', name: 'msg_type' })
  msgType!: AlertDraft['msgType'];

  @Column({ type: 'text' })
  urgency!: AlertDraft['urgency'];

  @Column({ type: 'text' })
  severity!: AlertDraft['severity'];

  @Column({ type: 'text' })
  certainty!: AlertDraft['certainty'];

  @Column({ type: 'text', name: 'response_type' })
  responseType!: AlertDraft['responseType'];

  @Column({ type: 'timestamptz', precision: 3 })
  sent!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  onset!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  expires!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  ends!: Date | null;

  @Column({ type: 'uuid', array: true })
  references!: string[];

  /** Incidents that had been merged into this one when it was sent. */
  @Column({ type: 'uuid', array: true, default: '{}' })
  joined!: string[];

  @Column({ type: 'text', name: 'school_id' })
  schoolId!: string;

  @Column({ type: 'text', name: 'district_id' })
  districtId!: string;

  @Column({ type: 'text' })
  band!: AlertDraft['band'];

  @Column({ type: 'jsonb' })
  facts!: NoticeFacts;

  /** The place the audience was taken from, frozen at the incident's first alert; staff only. */
  @Column({ type: 'double precision' })
  latitude!: number;

  @Column({ type: 'double precision' })
  longitude!: number;

  @Column({ type: 'int', name: 'radius_meters' })
  radiusMeters!: number;

  /** RFC 8030 Topic, random per incident. */
  @Column({ type: 'text' })
  topic!: string;

  @Column({ type: 'uuid', name: 'superseded_by', nullable: true })
  supersededBy!: string | null;

  /** When a merge took it out of what is on, or a split brought it back: no message tells of that. */
  @Column({ type: 'timestamptz', name: 'regrouped_at', precision: 3, nullable: true })
  regroupedAt!: Date | null;

  /** By locale, signed when it was issued; empty before that was done. Not read with the row. */
  @Column({ type: 'jsonb', default: {}, select: false })
  payloads?: Record<string, AlertPayload>;

  /** Other words for those told only of what was merged into its incident. Not read with the row. */
  @Column({ type: 'jsonb', default: [], select: false })
  threads?: ThreadWords[];
}
