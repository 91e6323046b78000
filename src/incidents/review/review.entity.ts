import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One row for each incident, written by the database alone; `filter-sql.ts` says what its columns are. */
@Entity('incident_review')
@Index('incident_review_reported', ['reportedAt', 'incidentId'])
@Index('incident_review_state_reported', ['usState', 'reportedAt', 'incidentId'])
@Index('incident_review_district_reported', ['districtId', 'reportedAt', 'incidentId'])
@Index('incident_review_school_reported', ['schoolId', 'reportedAt', 'incidentId'])
@Index('incident_review_observed', ['observedAt', 'incidentId'])
@Index('incident_review_state_observed', ['usState', 'observedAt', 'incidentId'])
@Index('incident_review_district_observed', ['districtId', 'observedAt', 'incidentId'])
@Index('incident_review_school_observed', ['schoolId', 'observedAt', 'incidentId'])
@Index('incident_review_drill', { synchronize: false })
@Index('incident_review_place', ['latitude', 'longitude'])
@Index('incident_review_cell', ['cell'])
@Index('incident_review_codes', { synchronize: false })
@Index('incident_review_notes', { synchronize: false })
export class ReviewRow {
  @PrimaryColumn({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'timestamptz', precision: 3, name: 'reported_at' })
  reportedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'observed_at' })
  observedAt!: Date;

  @Column({ type: 'text', name: 'time_zone' })
  timeZone!: string;

  @Column({ type: 'date', name: 'local_day' })
  localDay!: string;

  @Column({ type: 'smallint', name: 'local_weekday' })
  localWeekday!: number;

  @Column({ type: 'smallint', name: 'local_hour' })
  localHour!: number;

  @Column({ type: 'text', name: 'us_state' })
  usState!: string;

  @Column({ type: 'text', name: 'district_id' })
  districtId!: string;

  @Column({ type: 'text', name: 'school_id' })
  schoolId!: string;

  @Column({ type: 'text', name: 'school_level', nullable: true })
  schoolLevel!: string | null;

  @Column({ type: 'text' })
  agency!: string;

  @Column({ type: 'text' })
  activity!: string;

  @Column({ type: 'text' })
  state!: string;

  @Column({ type: 'text' })
  outcome!: string;

  @Column({ type: 'text', array: true })
  authorities!: string[];

  @Column({ type: 'text', array: true })
  policies!: string[];

  @Column({ type: 'text', array: true })
  departures!: string[];

  @Column({ type: 'boolean' })
  drill!: boolean;

  @Column({ type: 'boolean' })
  synthetic!: boolean;

  @Column({ type: 'double precision', name: 'minutes_to_verify', nullable: true })
  minutesToVerify!: number | null;

  @Column({ type: 'double precision', name: 'minutes_to_correct', nullable: true })
  minutesToCorrect!: number | null;

  @Column({ type: 'int', nullable: true })
  absences!: number | null;

  @Column({ type: 'int', name: 'absences_baseline', nullable: true })
  absencesBaseline!: number | null;

  @Column({ type: 'double precision' })
  latitude!: number;

  @Column({ type: 'double precision' })
  longitude!: number;

  @Column({ type: 'double precision', name: 'school_meters' })
  schoolMeters!: number;

  @Column({ type: 'bigint', nullable: true })
  cell!: string | null;

  @Column({ type: 'tsvector' })
  notes!: string;

  @Column({ type: 'text', array: true })
  codes!: string[];
}
