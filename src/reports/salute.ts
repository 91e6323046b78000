import { canonicalBytes } from '../ledger/chain.js';
import type { ActivityName, AgencyName } from '../alerts/notice.js';
import type { VantageName } from '../incidents/sighting.js';
import type { FieldProblem } from '../platform/errors.js';

export const IDENTIFICATIONS = [
  'MARKED_VEHICLE',
  'UNIFORM_TEXT',
  'CREDENTIALS_SHOWN',
  'STATED',
  'UNKNOWN',
] as const;
export type IdentificationName = (typeof IDENTIFICATIONS)[number];

export const EQUIPMENT = [
  'UNMARKED_VEHICLE',
  'MARKED_VEHICLE',
  'LONG_GUN',
  'BODY_ARMOR',
  'DRONE',
  'DOG',
  'OTHER',
] as const;
export type EquipmentName = (typeof EQUIPMENT)[number];

export const CAMPUS_PLACES = [
  'ON_CAMPUS',
  'AT_ENTRANCE',
  'ROUTE_TO_SCHOOL',
  'BUS_STOP',
  'NEARBY',
] as const;
export type CampusPlaceName = (typeof CAMPUS_PLACES)[number];

export const AUTHORITIES = [
  'NONE_SHOWN',
  'ADMINISTRATIVE_WARRANT',
  'JUDICIAL_WARRANT',
  'SUBPOENA',
  'UNKNOWN',
] as const;
export type AuthorityName = (typeof AUTHORITIES)[number];

export const SCHOOL_POLICE = ['NONE_SEEN', 'PRESENT', 'ASSISTED', 'UNKNOWN'] as const;
export type SchoolPoliceName = (typeof SCHOOL_POLICE)[number];

/** One observation: Size, Activity, Location, Unit, Time, Equipment, and what school policy asks. */
export interface Salute {
  size: { agents: number | null; vehicles: number | null };
  activity: ActivityName;
  location: { latitude: number; longitude: number; accuracyMeters: number | null };
  unit: { agency: AgencyName; identifiedBy: IdentificationName[] };
  /** When it was seen, not when it was sent. */
  observedAt: Date;
  equipment: EquipmentName[];
  vantage: VantageName;
  campus: CampusPlaceName | null;
  authority: AuthorityName | null;
  schoolPolice: SchoolPoliceName | null;
  /** Confidential; sealed at rest, in no alert. */
  narrative: string | null;
  drill: boolean;
}

/** How far ahead a phone's clock may be. */
export const AHEAD_MINUTES = 5;
/** A report from a phone that was offline longer than this is a mistake in its clock. */
export const OLDEST_DAYS = 30;
/** A report is about a school: its place is within this of one. */
export const SCHOOL_METERS = 5_000;
export const MAX_NARRATIVE = 4_000;
const MAX_COUNT = 999;

/** What is wrong with the times and numbers of a report, by field. `now` is the clock's. */
export function saluteProblems(salute: Salute, now: Date): FieldProblem[] {
  return [...timeProblems(salute.observedAt, now), ...sizeProblems(salute.size)];
}

function timeProblems(observedAt: Date, now: Date): FieldProblem[] {
  const ahead = (observedAt.getTime() - now.getTime()) / 60_000;
  if (ahead > AHEAD_MINUTES)
    return [
      {
        field: 'observedAt',
        message: `is in the future: at most ${AHEAD_MINUTES} minutes ahead of our clock`,
      },
    ];
  if (-ahead > OLDEST_DAYS * 24 * 60)
    return [{ field: 'observedAt', message: `is more than ${OLDEST_DAYS} days ago` }];
  return [];
}

function sizeProblems(size: Salute['size']): FieldProblem[] {
  return (['agents', 'vehicles'] as const).flatMap((part) => {
    const count = size[part];
    const fits = count === null || (Number.isInteger(count) && count >= 0 && count <= MAX_COUNT);
    return fits ? [] : [{ field: `size.${part}`, message: `must be from 0 to ${MAX_COUNT}` }];
  });
}

/** What "the same report again" means: these bytes are equal. */
export function saluteBytes(salute: Salute): Buffer {
  return canonicalBytes({
    ...salute,
    observedAt: salute.observedAt.toISOString(),
    equipment: [...salute.equipment].sort(),
    unit: { ...salute.unit, identifiedBy: [...salute.unit.identifiedBy].sort() },
  });
}
