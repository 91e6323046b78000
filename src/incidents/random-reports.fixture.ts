import type { ActivityName } from '../alerts/notice.js';
import { REPORT } from '../identity/roles.js';
import { BadInput, Conflict, Forbidden, Refusal } from '../platform/errors.js';
import { DEFAULT_RADIUS_METERS, expiryAfter } from './alert-window.js';
import { agreedFacts, corroboration } from './corroboration.js';
import { rule, type Case } from './gate.js';
import { transition } from './incident-lifecycle.js';
import { belongsTo } from './late-report.js';
import { mergeOf, requireMergeable, restoredState } from './merge.js';
import { pick } from './random-acts.fixture.js';
import { MINUTE, type Incident, type Network } from './random-network.fixture.js';
import { PLACES, pointOf, type Person, type Place } from './random-people.fixture.js';
import { pictureOf, type Sighting } from './sighting.js';
import { tellingOf } from './telling.js';

const ACTIVITIES: ActivityName[] = ['STAGING', 'STAGING', 'STAGING', 'ARREST', 'OTHER'];
/** Just now, most often; long ago: too late to tell. */
const MINUTES_AGO = [0, 0, 1, 12, 40, 150];
/** One attempt in so many is made without a look at whether it can succeed. */
export const ADVENTUROUS = 6;

export interface Attempt {
  network: Network;
  person: Person;
  /** The one it is about, unless there is none yet. */
  incident: Incident | undefined;
  choose: (options: number) => number;
}

export function file({ network, person, choose }: Attempt): void {
  if (person.suspended || !REPORT.includes(person.role)) throw new Forbidden('staff');
  const place = PLACES[choose(PLACES.length)]!;
  const sighting: Sighting = {
    ...{ reportId: network.id('r'), authorId: person.id, ...pointOf(place) },
    vantage: choose(5) === 0 ? 'RELAYED' : 'FIRSTHAND',
    activity: ACTIVITIES[choose(ACTIVITIES.length)]!,
    ...{ agency: 'UNKNOWN', agents: null, vehicles: null },
    observedAt: new Date(network.now.getTime() - MINUTES_AGO[choose(6)]! * MINUTE),
  };
  const practises = choose(choose(2) > 0 && runs(network, place) ? 2 : 20) === 0;
  const drill = practises ? runningDrill(network, place) : null;
  const candidates = [...network.incidents.values()]
    .filter(({ state, drillId }) => state !== 'MERGED' && drillId === (drill?.id ?? null))
    .map((incident) => ({ ...incident, ...pictureOf(incident.sightings) }));
  const known = belongsTo(sighting, candidates, network.now);
  if (known) transition(known.state, 'FILE');
  const incident = known ? network.incidents.get(known.id)! : network.open([], drill?.id ?? null);
  incident.sightings = [...incident.sightings, sighting];
  const { id, drillId } = incident;
  network.witness({ kind: 'FILED', sighting, incidentId: id, drillId });
  corroborate(network, incident)?.();
}

const runs = ({ drills, now }: Network, place: Place) =>
  drills.find(
    (drill) =>
      !drill.endedAt && drill.endsAt > now && Math.abs(drill.place.north - place.north) <= 5_000,
  );

/** @throws BadInput where none runs */
function runningDrill(network: Network, place: Place) {
  const near = runs(network, place);
  if (!near) throw new BadInput({ field: 'drill', message: 'none runs here' });
  return near;
}

/** Why something is refused; undefined when it is not. */
export function whyNot(attempt: () => unknown): Refusal | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** @returns what carries it out, if independent people agree and the rules let them. */
function corroborate(network: Network, incident: Incident): (() => void) | undefined {
  const minimum = network.settings.corroborationReports;
  if (minimum === 0 || incident.state !== 'UNVERIFIED' || incident.drillId) return undefined;
  const agreed = corroboration(incident.sightings, network.witnesses(), { minimum });
  if (!agreed) return undefined;
  const picture = { ...pictureOf(agreed), ...agreedFacts(agreed) };
  const the = { ...caseOf(network, incident), drill: false, proposal: null };
  const now = network.circumstances(picture, incident.drillId, DEFAULT_RADIUS_METERS);
  const { lastObservedAt } = picture;
  const rules = () =>
    rule({ ...the, lastObservedAt }, 'CORROBORATE', { id: 'corroboration', admin: false }, now);
  if (whyNot(rules)) return undefined;
  const { step } = rules();
  return () =>
    network.take(incident, {
      ...{ action: 'CORROBORATE', transition: step, by: 'corroboration' },
      telling: tellingOf(picture, agreed.length),
      change: tellable(network, DEFAULT_RADIUS_METERS, 60),
      more: { reportIds: agreed.map(({ reportId }) => reportId) },
    });
}

export function merge({ network, person, incident: from, choose }: Attempt): void {
  requireDispatcher(network, person);
  if (!from) throw new Conflict('there is none');
  const all = [...network.incidents.values()];
  const fitting = all.filter((into) => !whyNot(() => requireMergeable(from, into)));
  const into = pick(choose(ADVENTUROUS) > 0 && fitting.length > 0 ? fitting : all, choose(99))!;
  requireMergeable(from, into);
  const reportIds = from.sightings.map(({ reportId }) => reportId);
  const { id: fromId, state: fromState } = from;
  const [fromStep, intoStep] = [transition(fromState, 'MERGE'), transition(into.state, 'TAKE_IN')];
  const { now } = network;
  const record = { fromId, intoId: into.id, reportIds, fromState, mergedAt: now, undone: false };
  network.merges.push(record);
  move(network, from, into, reportIds);
  const verify = corroborate(network, into);
  const by = person.id;
  network.take(from, {
    ...{ action: 'MERGE', transition: fromStep, by, change: { mergedInto: into.id } },
    more: { into: into.id },
  });
  const last = from.expiresAt && into.expiresAt && from.expiresAt > into.expiresAt;
  const change = into.state === 'ACTIVE' && last ? { expiresAt: from.expiresAt } : {};
  network.take(into, { action: 'TAKE_IN', transition: intoStep, by, reshaped: true, change });
  verify?.();
}

export function split({ network, person, incident, choose }: Attempt): void {
  requireDispatcher(network, person);
  if (!incident) throw new Conflict('there is none');
  const standing = network.merges.filter((one) => one.intoId === incident.id && !one.undone);
  const undoes = pick(standing, choose(5))?.reportIds;
  const mask = choose(32);
  const some = incident.sightings.map(({ reportId }) => reportId).filter((_, i) => mask & (1 << i));
  const wanted = new Set(choose(4) > 0 ? (undoes ?? some) : some);
  const known = mergeOf(wanted, standing);
  const step = transition(incident.state, 'SPLIT');
  const leaving = incident.sightings.filter(({ reportId }) => wanted.has(reportId));
  if (wanted.size === 0 || leaving.length !== wanted.size)
    throw new BadInput({ field: 'reportIds', message: 'of this incident' });
  if (leaving.length === incident.sightings.length) throw new Conflict('one must stay');
  const by = person.id;
  const alone = known ? network.incidents.get(known.fromId)! : network.open([], incident.drillId);
  move(network, incident, alone, [...wanted]);
  if (known) {
    known.undone = true;
    const { state, ...ending } = restoredState(known.fromState, alone, incident, network.now);
    const restored = { to: state, notice: null, entry: 'incident.restored' };
    const change = { mergedInto: null, ...ending };
    network.take(alone, { action: 'RESTORE', transition: restored, by, change });
  }
  network.take(incident, { action: 'SPLIT', transition: step, by, reshaped: true });
}

function move(network: Network, from: Incident, to: Incident, reportIds: string[]): void {
  const leaves = ({ reportId }: Sighting) => reportIds.includes(reportId);
  to.sightings = [...to.sightings, ...from.sightings.filter(leaves)];
  from.sightings = from.sightings.filter((sighting) => !leaves(sighting));
  network.witness({ kind: 'MOVED', reportIds, to: to.id });
}

export function caseOf(network: Network, { state, drillId, sightings, proposal }: Incident): Case {
  return {
    ...{ state, drill: drillId !== null },
    authorIds: new Set(sightings.map(({ authorId }) => authorId)),
    lastObservedAt: sightings.length > 0 ? pictureOf(sightings).lastObservedAt : network.now,
    proposal: proposal && {
      by: proposal.by,
      byAdmin: network.dispatches(proposal.by) && network.person(proposal.by)!.role === 'ADMIN',
      lapsesAt: network.dispatches(proposal.by) ? proposal.lapsesAt : new Date(0),
    },
  };
}

export function requireDispatcher(network: Network, person: Person): void {
  if (!network.dispatches(person.id)) throw new Forbidden('dispatchers');
}

export const tellable = ({ now }: Network, radiusMeters: number, minutes: number) => ({
  ...{ verifiedAt: now, radiusMeters, expiresAt: expiryAfter(now, minutes) },
});
