import type { ActivityName, AgencyName } from '../../alerts/notice.js';
import type { Details } from '../../incidents/advocacy/detail-fields.js';
import type { DepartureRuleName } from '../../incidents/advocacy/departures.js';
import type { CertaintyName } from '../../incidents/advocacy/vocabulary.js';
import type { PolicyKindName } from '../../schools/policy.js';
import type { OutcomeName } from '../../incidents/outcomes.js';

/** One incident as it leaves: everything that any column may be made of. */
export interface ExportRow {
  id: string;
  /** Made up, for trials: no such incident happened. */
  synthetic: boolean;
  outcome: OutcomeName | 'MERGED';
  mergedInto: string | null;
  /** Calendar day of the first observation, by the clock at the school. */
  day: string;
  firstObservedAt: Date;
  lastObservedAt: Date;
  openedAt: Date;
  verifiedAt: Date | null;
  /** When it was all-clear, or retracted. */
  correctedAt: Date | null;
  reports: number;
  state: string;
  districtId: string;
  districtName: string;
  schoolId: string;
  schoolName: string;
  latitude: number;
  longitude: number;
  activity: ActivityName;
  agency: AgencyName;
  /** As responders counted them while it went on. */
  agents: number | null;
  vehicles: number | null;
  /** In force on its day, in the order of their list. */
  policies: readonly PolicyKindName[];
  departures: readonly { rule: DepartureRuleName; certainty: CertaintyName }[];
  details: Details;
  /** Who reported it and who verified it; undefined unless an admin released it. */
  identities?: { responders: readonly string[]; verifiedBy: string | null };
}
