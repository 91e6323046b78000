import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ActivityName, AgencyName } from '../alerts/notice.js';
import type { VantageName } from '../incidents/sighting.js';
import type {
  AuthorityName,
  CampusPlaceName,
  EquipmentName,
  IdentificationName,
  SchoolPoliceName,
} from './salute.js';

/** One responder's observation, as filed; never changed, but for a narrative that is expunged. */
@Entity('report')
@Index('report_incident', ['incidentId', 'filedAt', 'id'])
@Index('report_author', ['authorId', 'filedAt', 'id'])
@Index('report_narrative', { synchronize: false })
export class ReportRow {
  /** Made by the phone, so that filing again is the same filing. */
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'uuid', name: 'author_id' })
  authorId!: string;

  /** HMAC of what was filed, to know the same report again. */
  @Column({ type: 'bytea' })
  fingerprint!: Buffer;

  @Column({ type: 'timestamptz', precision: 3, name: 'filed_at' })
  filedAt!: Date;

  @Column({ type: 'timestamptz', precision: 3, name: 'observed_at' })
  observedAt!: Date;

  @Column({ type: 'double precision' })
  latitude!: number;

  @Column({ type: 'double precision' })
  longitude!: number;

  @Column({ type: 'int', name: 'accuracy_meters', nullable: true })
  accuracyMeters!: number | null;

  @Column({ type: 'text' })
  vantage!: VantageName;

  @Column({ type: 'int', nullable: true })
  agents!: number | null;

  @Column({ type: 'int', nullable: true })
  vehicles!: number | null;

  @Column({ type: 'text' })
  activity!: ActivityName;

  @Column({ type: 'text' })
  agency!: AgencyName;

  @Column({ type: 'text', array: true, name: 'identified_by' })
  identifiedBy!: IdentificationName[];

  @Column({ type: 'text', array: true })
  equipment!: EquipmentName[];

  @Column({ type: 'text', nullable: true })
  campus!: CampusPlaceName | null;

  @Column({ type: 'text', nullable: true })
  authority!: AuthorityName | null;

  @Column({ type: 'text', name: 'school_police', nullable: true })
  schoolPolice!: SchoolPoliceName | null;

  /** Sealed; see `reports.service.ts`. */
  @Column({ type: 'bytea', nullable: true })
  narrative!: Buffer | null;

  @Column({ type: 'text', name: 'narrative_key_id', nullable: true })
  narrativeKeyId!: string | null;

  @Column({ type: 'boolean' })
  drill!: boolean;
}
