import { ACTIVITIES, AGENCIES } from '../../alerts/notice.js';
import { cellAt } from '../../geo/h3.js';
import { DEPARTURE_RULES } from '../../incidents/advocacy/departures.js';
import { CERTAINTIES } from '../../incidents/advocacy/vocabulary.js';
import type { RoleName } from '../../identity/roles.js';
import { POLICY_KINDS } from '../../schools/policy.js';
import { OUTCOMES } from '../../incidents/outcomes.js';
import type { Cell } from './cell.js';
import type { Column, Reserve } from './column.js';
import { DETAIL_COLUMNS } from './detail-columns.js';
import { EXPORT_CELL, placeOf } from './export-place.js';
import type { ExportRow } from './export-row.js';

const REPORTS = 'reports of responders';
const SERVICE = 'the service';
const DECISIONS = 'decisions of dispatchers';
const NCES = 'NCES';
const POLICIES = 'policies as analysts entered them';

const minutesToVerify = ({ openedAt, verifiedAt }: ExportRow): number | null =>
  verifiedAt && Math.round((verifiedAt.getTime() - openedAt.getTime()) / 6_000) / 10;

type Told = Omit<Column, 'name' | 'reserve' | 'value'> & {
  reserve?: Reserve;
  of: (row: ExportRow) => Cell;
};

/** In the order in which they stand in a file. */
const OF_INCIDENT: Record<string, Told> = {
  incident_id: {
    ...{ type: 'text', about: 'Id of the incident.', source: SERVICE, hxl: '#event+id' },
    of: ({ id }) => id,
  },
  synthetic: {
    type: 'yes-no',
    about: 'true: made up for trials; no such incident happened.',
    ...{ source: SERVICE, hxl: '#meta+synthetic', of: ({ synthetic }) => synthetic },
  },
  outcome: {
    ...{ type: 'code', codes: [...OUTCOMES, 'MERGED'], about: 'What became of it.' },
    ...{ source: DECISIONS, hxl: '#status+outcome+code', of: ({ outcome }) => outcome },
  },
  merged_into: {
    type: 'text',
    about: 'Where outcome is MERGED: the incident that has its reports now. Count one of them.',
    ...{ source: DECISIONS, hxl: '#event+merged+id', of: ({ mergedInto }) => mergedInto },
  },
  day: {
    type: 'day',
    about: 'Day of the first observation, by the clock at the school.',
    ...{ source: REPORTS, hxl: '#date+occurred', of: ({ day }) => day },
  },
  first_observed_at: {
    ...{ type: 'moment', about: 'First observation.', source: REPORTS },
    ...{ hxl: '#date+observed+start', of: ({ firstObservedAt }) => firstObservedAt },
  },
  last_observed_at: {
    ...{ type: 'moment', about: 'Last observation.', source: REPORTS },
    ...{ hxl: '#date+observed+end', of: ({ lastObservedAt }) => lastObservedAt },
  },
  opened_at: {
    ...{ type: 'moment', about: 'When its first report came in.', source: SERVICE },
    ...{ hxl: '#date+reported', of: ({ openedAt }) => openedAt },
  },
  verified_at: {
    type: 'moment',
    about: 'When a second person, or independent reports, verified it.',
    ...{ source: DECISIONS, hxl: '#date+verified', of: ({ verifiedAt }) => verifiedAt },
  },
  corrected_at: {
    ...{ type: 'moment', about: 'All-clear or retraction.', source: DECISIONS },
    ...{ hxl: '#date+corrected', of: ({ correctedAt }) => correctedAt },
  },
  minutes_to_verify: {
    type: 'minutes',
    about: 'From the first report to the verification, to a tenth.',
    ...{ source: SERVICE, hxl: '#indicator+verify+minutes+num', of: minutesToVerify },
  },
  reports: {
    ...{ type: 'count', about: 'Reports it holds.', source: SERVICE },
    ...{ hxl: '#indicator+reports+num', of: ({ reports }) => reports },
  },
  state: {
    ...{ type: 'code', about: 'State of the school, two letters.', source: NCES },
    ...{ hxl: '#adm1+code', of: ({ state }) => state },
  },
  district_id: {
    ...{ type: 'text', about: 'LEAID of the school district, 7 digits.', source: NCES },
    ...{ hxl: '#region+district+code', of: ({ districtId }) => districtId },
  },
  district_name: {
    ...{ type: 'text', about: 'Its name.', source: NCES },
    ...{ hxl: '#region+district+name', of: ({ districtName }) => districtName },
  },
  school_id: {
    ...{ type: 'text', about: 'NCESSCH of the nearest school, 12 digits.', source: NCES },
    ...{ hxl: '#loc+school+code', of: ({ schoolId }) => schoolId },
  },
  school_name: {
    ...{ type: 'text', about: 'Its name.', source: NCES },
    ...{ hxl: '#loc+school+name', of: ({ schoolName }) => schoolName },
  },
  h3_cell: {
    type: 'text',
    about: `H3 cell of resolution ${EXPORT_CELL} that it lies in, about 0.7 km² large.`,
    ...{ source: REPORTS, hxl: '#geo+h3', of: (row) => cellAt(row, EXPORT_CELL) },
  },
  latitude: {
    ...{ type: 'degrees', about: 'Centre of that cell, not the place itself.', source: REPORTS },
    ...{ hxl: '#geo+lat', of: (row) => placeOf(row, false).latitude },
  },
  longitude: {
    ...{ type: 'degrees', about: 'Centre of that cell, not the place itself.', source: REPORTS },
    ...{ hxl: '#geo+lon', of: (row) => placeOf(row, false).longitude },
  },
  exact_latitude: {
    ...{ type: 'degrees', about: 'As reported.', source: REPORTS, hxl: '#geo+lat+exact' },
    ...{ reserve: 'ADMIN', of: (row) => placeOf(row, true).latitude },
  },
  exact_longitude: {
    ...{ type: 'degrees', about: 'As reported.', source: REPORTS, hxl: '#geo+lon+exact' },
    ...{ reserve: 'ADMIN', of: (row) => placeOf(row, true).longitude },
  },
  activity: {
    ...{ type: 'code', codes: ACTIVITIES, about: 'What was seen.', source: REPORTS },
    ...{ hxl: '#event+type+code', of: ({ activity }) => activity },
  },
  agency: {
    type: 'code',
    about: 'As responders took it while it went on; agency_confirmed is what it was.',
    ...{ codes: AGENCIES, source: REPORTS, hxl: '#org+agency+observed+code' },
    of: ({ agency }) => agency,
  },
  agents_observed: {
    ...{ type: 'count', about: 'As responders counted them.', source: REPORTS },
    ...{ hxl: '#indicator+agents+observed+num', of: ({ agents }) => agents },
  },
  vehicles_observed: {
    ...{ type: 'count', about: 'As responders counted them.', source: REPORTS },
    ...{ hxl: '#indicator+vehicles+observed+num', of: ({ vehicles }) => vehicles },
  },
  policies_in_force: {
    type: 'codes',
    about: 'What the district had promised, or agreed to, on that day.',
    ...{ codes: POLICY_KINDS, source: POLICIES, hxl: '#capacity+policies+code' },
    of: ({ policies }) => policies.join(';'),
  },
  departures: {
    type: 'codes',
    about: `Where practice departed from it, each as RULE:CERTAINTY (${CERTAINTIES.join(', ')}).`,
    ...{ codes: DEPARTURE_RULES, source: 'docs/analysts.md, the table of rules' },
    hxl: '#impact+departures+code',
    of: ({ departures }) =>
      departures.map(({ rule, certainty }) => `${rule}:${certainty}`).join(';'),
  },
};

const OF_PEOPLE: Record<string, Told> = {
  responders: {
    ...{ type: 'text', about: 'Who reported it, joined by ;.', source: REPORTS },
    ...{ hxl: '#contact+responders+name', reserve: 'RELEASED' },
    of: ({ identities }) => identities?.responders.join('; ') ?? null,
  },
  verified_by: {
    ...{ type: 'text', about: 'Who verified it.', source: DECISIONS },
    ...{ hxl: '#contact+verifier+name', reserve: 'RELEASED' },
    of: ({ identities }) => identities?.verifiedBy ?? null,
  },
};

const named = (all: Record<string, Told>): Column[] =>
  Object.entries(all).map(([name, { of, reserve = 'ALL', ...rest }]) => ({
    ...{ name, ...rest, reserve },
    value: of,
  }));

/** Every column that any export may have. */
export const COLUMNS: readonly Column[] = [
  ...named(OF_INCIDENT),
  ...DETAIL_COLUMNS,
  ...named(OF_PEOPLE),
];

/** The columns that a role gets; those that name people only where they were released. */
export function columnsFor(role: RoleName, released: boolean): Column[] {
  return COLUMNS.filter(
    ({ reserve }) =>
      reserve === 'ALL' ||
      (reserve === 'ADMIN' && role === 'ADMIN') ||
      (reserve === 'RELEASED' && released),
  );
}
