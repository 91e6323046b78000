import { cellToParent, getResolution, latLngToCell } from 'h3-js';
import { localDay, timeZoneAt } from '../../src/alerts/time-zone.js';
import { distanceMeters } from '../../src/geo/distance.js';
import { departuresOf } from '../../src/incidents/advocacy/departures.js';
import type { IncidentFilter } from '../../src/incidents/review/incident-filter.js';
import { noteWords } from '../../src/incidents/review/note-words.js';
import type { HeldIncident, HeldPolicy } from './random-history.js';

/** What can be asked of an incident, worked out by reading the facts and not the database. */
export interface Seen {
  agency: string;
  outcome: string;
  authorities: string[];
  policies: string[];
  departures: string[];
}

const SILENT = new Set(['DISMISSED', 'RETRACTED', 'MERGED']);

export function seen(incident: HeldIncident, policies: readonly HeldPolicy[]): Seen {
  const { school, details, state, dismissal, agency } = incident;
  const day = localDay(timeZoneAt(school.latitude, school.longitude), incident.observedAt);
  const held = policies.filter(
    ({ districtId, from, until }) =>
      districtId === school.districtId && from <= day && (until === null || day <= until),
  );
  const silent = incident.drill || SILENT.has(state);
  const reported = agency === 'UNKNOWN' ? undefined : agency;
  return {
    agency: String(
      details.agencyConfirmed?.value ?? reported ?? details.agencyClaimed?.value ?? 'UNKNOWN',
    ),
    outcome: dismissal ?? state,
    authorities: [details.authorityShown?.value ?? []].flat().map(String),
    policies: held.map(({ kind }) => kind),
    departures: silent ? [] : departuresOf(details, held, true).map(({ rule }) => rule),
  };
}

const any = (list: readonly string[] | null | undefined, values: readonly string[]) =>
  !list?.length || values.some((value) => list.includes(value));

/** Whether an incident fits, condition by condition. */
export function fits(filter: IncidentFilter, incident: HeldIncident, of: Seen): boolean {
  const { school, observedAt, openedAt } = incident;
  const { since, until, observedSince, observedUntil, text, departed } = filter;
  return [
    incident.drill === (filter.drills ?? false),
    typeof filter.synthetic !== 'boolean' || incident.synthetic === filter.synthetic,
    !since || openedAt >= since,
    !until || openedAt < until,
    !observedSince || observedAt >= observedSince,
    !observedUntil || observedAt < observedUntil,
    any(filter.states, [incident.state]),
    any(filter.outcomes, [of.outcome]),
    any(filter.usStates, [school.state]),
    any(filter.districtIds, [school.districtId]),
    any(filter.schoolIds, [school.id]),
    any(
      filter.schoolLevels?.map((level) => level.toLowerCase()),
      school.level ? [school.level.toLowerCase()] : [],
    ),
    any(filter.agencies, [of.agency]),
    any(filter.activities, [incident.activity]),
    any(filter.authorities, of.authorities),
    any(filter.policies, of.policies),
    !filter.withoutPolicies?.some((kind) => of.policies.includes(kind)),
    any(filter.departures, of.departures),
    typeof departed !== 'boolean' || departed === of.departures.length > 0,
    !text ||
      noteWords(text).every((word) =>
        incident.notes.some((note) => noteWords(note).includes(word)),
      ),
    isThere(filter, incident),
  ].every(Boolean);
}

function isThere(filter: IncidentFilter, { latitude, longitude, school }: HeldIncident): boolean {
  const { box, cell, withinMeters, beyondMeters } = filter;
  const meters = distanceMeters({ latitude, longitude }, school);
  return (
    (!box ||
      (latitude >= box.south &&
        latitude <= box.north &&
        longitude >= box.west &&
        longitude <= box.east)) &&
    (!cell || cellToParent(latLngToCell(latitude, longitude, 9), getResolution(cell)) === cell) &&
    (typeof withinMeters !== 'number' || meters <= withinMeters) &&
    (typeof beyondMeters !== 'number' || meters > beyondMeters)
  );
}
