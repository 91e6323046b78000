import { cellAt } from '../../src/geo/h3.js';
import { ACTIVITIES, AGENCIES } from '../../src/alerts/notice.js';
import { DEPARTURE_RULES } from '../../src/incidents/advocacy/departures.js';
import { AUTHORITIES_SHOWN } from '../../src/incidents/advocacy/vocabulary.js';
import { OUTCOMES } from '../../src/incidents/outcomes.js';
import type { IncidentFilter } from '../../src/incidents/review/incident-filter.js';
import { POLICY_KINDS } from '../../src/schools/policy.js';
import { seeded } from '../../test/support/seeded.js';
import type { Spot } from './seed-incidents.js';

const DAY_MS = 86_400_000;

/** What is asked about: places as often as they have incidents. */
export interface Asked {
  spots: readonly Spot[];
  words: readonly string[];
  /** The last day of the history. */
  now: Date;
}

type Pick = <T>(of: readonly T[]) => T;
type Condition = (the: {
  spot: Spot;
  pick: Pick;
  chance: (of: number) => boolean;
}) => IncidentFilter;

/** Where: nearly every question has one. */
const PLACES: Condition[] = [
  ({ spot }) => ({ districtId: spot.districtId }),
  ({ spot }) => ({ districtId: spot.districtId }),
  ({ spot }) => ({ districtId: spot.districtId }),
  ({ spot }) => ({ schoolId: spot.schoolId }),
  ({ spot }) => ({ usStates: [spot.state] }),
  ({ spot }) => ({ usStates: [spot.state] }),
  ({ spot, pick }) => ({ cell: cellAt(spot, pick([5, 6, 7])) }),
  ({ spot, pick }) => {
    const by = pick([0.02, 0.1, 0.5]);
    const { latitude, longitude } = spot;
    return {
      box: {
        ...{ south: latitude - by, north: latitude + by },
        ...{ west: longitude - by, east: longitude + by },
      },
    };
  },
  () => ({}),
];

/** What: one or two. */
const MATTERS: Condition[] = [
  ({ pick }) => ({ agencies: [pick(AGENCIES)] }),
  () => ({ agencies: ['ICE', 'ICE_ERO', 'ICE_HSI'] }),
  ({ pick }) => ({ activities: [pick(ACTIVITIES)] }),
  () => ({ activities: ['CAMPUS_ENTRY_SOUGHT', 'CAMPUS_ENTRY'] }),
  ({ pick }) => ({ authorities: [pick(AUTHORITIES_SHOWN)] }),
  ({ pick }) => ({ outcomes: [pick(OUTCOMES)] }),
  () => ({ outcomes: ['CLEARED', 'EXPIRED', 'RECORDED'] }),
  ({ pick }) => ({ policies: [pick(POLICY_KINDS)] }),
  ({ pick }) => ({ withoutPolicies: [pick(POLICY_KINDS)] }),
  ({ pick }) => ({ departures: [pick(DEPARTURE_RULES)] }),
  () => ({ departed: true }),
  ({ pick }) => ({ withinMeters: pick([100, 250, 500]) }),
];

/** Seeded: the same filters for the same seed. */
export function analystsFilters(count: number, seed: number, asked: Asked): IncidentFilter[] {
  const random = seeded(seed);
  const pick: Pick = (of) => of[Math.floor(random() * of.length)]!;
  const chance = (of: number) => random() < of;
  return Array.from({ length: count }, () => {
    const the = { spot: pick(asked.spots), pick, chance };
    const conditions = [pick(PLACES)(the), pick(MATTERS)(the)];
    if (chance(0.35)) conditions.push(pick(MATTERS)(the));
    if (chance(0.5)) conditions.push(span(asked.now, pick, chance));
    if (chance(0.08)) conditions.push({ text: pick(asked.words) });
    if (chance(0.15)) conditions.push({ synthetic: false });
    return Object.assign({}, ...conditions) as IncidentFilter;
  });
}

/** The last weeks, a quarter, a school year. */
function span(now: Date, pick: Pick, chance: (of: number) => boolean): IncidentFilter {
  const days = pick([7, 30, 90, 300]);
  const ago = chance(0.5) ? 0 : pick([90, 365, 730]);
  const until = new Date(now.getTime() - ago * DAY_MS);
  const since = new Date(until.getTime() - days * DAY_MS);
  return chance(0.7) ? { since, until } : { observedSince: since, observedUntil: until };
}
