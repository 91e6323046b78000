import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ActivityName, AgencyName } from '../alerts/notice.js';
import type { DismissalName, IncidentState } from './incident-lifecycle.js';
import type { VantageName } from './sighting.js';

@Entity('incident')
@Index('incident_open', { synchronize: false })
@Index('incident_opened', ['openedAt', 'id'])
@Index('incident_drill', { synchronize: false })
@Index('incident_merged', { synchronize: false })
@Index('incident_observed', { synchronize: false })
@Index('incident_told', { synchronize: false })
@Index('incident_synthetic', ['synthetic', 'id'])
export class IncidentRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  state!: IncidentState;

  @Column({ type: 'text', name: 'school_id' })
  schoolId!: string;

  @Column({ type: 'text', name: 'district_id' })
  districtId!: string;

  @Column({ type: 'double precision' })
  latitude!: number;

  @Column({ type: 'double precision' })
  longitude!: number;

  @Column({ type: 'text' })
  activity!: ActivityName;

  @Column({ type: 'text' })
  agency!: AgencyName;

  @Column({ type: 'int', nullable: true })
  agents!: number | null;

  @Column({ type: 'int', nullable: true })
  vehicles!: number | null;

  @Column({ type: 'int' })
  reports!: number;

  @Column({ type: 'timestamptz', precision: 3, name: 'first_observed_at' })
  firstObservedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'last_observed_at' })
  lastObservedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'opened_at' })
  openedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;

  @Column({ type: 'uuid', name: 'verified_by', nullable: true })
  verifiedBy!: string | null;

  @Column({ type: 'int', name: 'radius_meters', nullable: true })
  radiusMeters!: number | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  dismissal!: DismissalName | null;

  /** The drill it belongs to; null: it is real. */
  @Column({ type: 'uuid', name: 'drill_id', nullable: true })
  drillId!: string | null;

  /** The incident its reports belong to now; set while it is MERGED. */
  @Column({ type: 'uuid', name: 'merged_into', nullable: true })
  mergedInto!: string | null;

  /** When dispatchers are to be warned that it lapses; null once they were. */
  @Column({ type: 'timestamptz', precision: 3, name: 'warn_at', nullable: true })
  warnAt!: Date | null;

  /** When somebody last told the public that it is on. */
  @Column({ type: 'timestamptz', precision: 3, name: 'confirmed_at', nullable: true })
  confirmedAt!: Date | null;

  /** When the all-clear was sent; a retraction may have followed. */
  @Column({ type: 'timestamptz', precision: 3, name: 'cleared_at', nullable: true })
  clearedAt!: Date | null;

  /** When the all-clear or the retraction was sent, the later of the two. */
  @Column({ type: 'timestamptz', precision: 3, name: 'corrected_at', nullable: true })
  correctedAt!: Date | null;

  /** IANA, of the school it is about; null: a process that knew no zones wrote it. */
  @Column({ type: 'text', name: 'time_zone', nullable: true })
  timeZone!: string | null;

  /** H3 of resolution 9, as a number in decimal digits; null as above. */
  @Column({ type: 'bigint', nullable: true })
  cell!: string | null;

  /** Made up by `seed:history`; it never changes. */
  @Column({ type: 'boolean', default: false })
  synthetic!: boolean;
}

/** What an incident keeps of each of its reports: enough to decide by. */
@Entity('incident_sighting')
@Index('incident_sighting_incident', ['incidentId', 'observedAt'])
@Index('incident_sighting_report', ['incidentId', 'reportId'], { unique: true })
export class SightingRow {
  @PrimaryColumn({ type: 'uuid', name: 'report_id' })
  reportId!: string;

  @Column({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'uuid', name: 'author_id' })
  authorId!: string;

  @Column({ type: 'text' })
  vantage!: VantageName;

  @Column({ type: 'text' })
  activity!: ActivityName;

  @Column({ type: 'text' })
  agency!: AgencyName;

  @Column({ type: 'int', nullable: true })
  agents!: number | null;

  @Column({ type: 'int', nullable: true })
  vehicles!: number | null;

  @Column({ type: 'double precision' })
  latitude!: number;

  @Column({ type: 'double precision' })
  longitude!: number;

  @Column({ type: 'timestamptz', precision: 3, name: 'observed_at' })
  observedAt!: Date;
}
