import type { ActivityName, AgencyName } from '../alerts/notice.js';

export const VANTAGES = ['FIRSTHAND', 'RELAYED'] as const;
export type VantageName = (typeof VANTAGES)[number];

/** What `reports` hands to `incidents`: one report, as far as an incident needs it. */
export interface FiledSighting extends Sighting {
  /** Part of a drill: it never meets what is real. */
  drill: boolean;
  /** The nearest there is. */
  school: { id: string; districtId: string; latitude: number; longitude: number };
}

/** What an incident keeps of it. */
export interface Sighting {
  reportId: string;
  authorId: string;
  vantage: VantageName;
  activity: ActivityName;
  agency: AgencyName;
  agents: number | null;
  vehicles: number | null;
  latitude: number;
  longitude: number;
  observedAt: Date;
}

/** A report joins an open incident this near in space … */
export const JOIN_METERS = 800;
/** … and in time, before its first or after its last observation. */
export const JOIN_MINUTES = 45;

/** What an incident shows of its reports, taken together. */
export interface Picture {
  activity: ActivityName;
  agency: AgencyName;
  agents: number | null;
  vehicles: number | null;
  latitude: number;
  longitude: number;
  firstObservedAt: Date;
  lastObservedAt: Date;
  reports: number;
}

/** Later in the list: further along. An incident shows the furthest that was observed. */
const GRAVITY: readonly ActivityName[] = [
  'OTHER',
  'PRESENCE',
  'SURVEILLANCE',
  'STAGING',
  'QUESTIONING',
  'VEHICLE_STOP',
  'CHECKPOINT',
  'CAMPUS_ENTRY_SOUGHT',
  'CAMPUS_ENTRY',
  'ARREST',
];

/**
 * The reports of an incident as one picture: the gravest activity that somebody saw themselves (that
 * was relayed, when nobody did), the agency if exactly one was identified, the latest known size and place, and the span of time.
 * @param sightings at least one
 */
export function pictureOf(sightings: readonly Sighting[]): Picture {
  const inOrder = [...sightings].sort(
    (a, b) => a.observedAt.getTime() - b.observedAt.getTime() || (a.reportId < b.reportId ? -1 : 1),
  );
  const latest = inOrder.at(-1)!;
  const latestKnown = (size: 'agents' | 'vehicles') =>
    inOrder.findLast((sighting) => sighting[size] !== null)?.[size] ?? null;
  return {
    activity: gravest(inOrder),
    agency: identified(inOrder),
    agents: latestKnown('agents'),
    vehicles: latestKnown('vehicles'),
    latitude: latest.latitude,
    longitude: latest.longitude,
    firstObservedAt: inOrder[0]!.observedAt,
    lastObservedAt: latest.observedAt,
    reports: inOrder.length,
  };
}

function gravest(sightings: readonly Sighting[]): ActivityName {
  const firsthand = sightings.filter(({ vantage }) => vantage === 'FIRSTHAND');
  const grades = (firsthand.length > 0 ? firsthand : sightings).map(({ activity }) =>
    GRAVITY.indexOf(activity),
  );
  return GRAVITY[Math.max(...grades)]!;
}

function identified(sightings: readonly Sighting[]): AgencyName {
  const named = new Set(sightings.map(({ agency }) => agency).filter((a) => a !== 'UNKNOWN'));
  return named.size === 1 ? [...named][0]! : 'UNKNOWN';
}
