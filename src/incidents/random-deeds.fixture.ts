import { CHANGES } from '../alerts/notice.js';
import { Conflict, Forbidden, Refusal } from '../platform/errors.js';
import { expiryAfter } from './alert-window.js';
import { admit, rule } from './gate.js';
import { TABLE, transition, type Action } from './incident-lifecycle.js';
import { chooser, pick, type Act, type Deed } from './random-acts.fixture.js';
import { MINUTE, type Incident, type Network } from './random-network.fixture.js';
import { PLACES, type Person } from './random-people.fixture.js';
import {
  ADVENTUROUS,
  caseOf,
  file,
  merge,
  requireDispatcher,
  split,
  tellable,
  type Attempt,
} from './random-reports.fixture.js';
import { pictureOf } from './sighting.js';
import { APPROVAL_MINUTES } from './wide-alert.js';

const RADII = [500, 1_500, 1_500, 3_000, 3_001, 5_000];
const LASTING = [30, 60, 240];
const WAITS = [1, 1, 6, 16, 31, 61, 125];

/** Lets somebody try something. What the rules refuse is witnessed, and nothing comes of it. */
export function attempt(network: Network, { deed, who, on, choice }: Act): void {
  const person = chosenPerson(network, deed, who);
  const incident = chosenIncident(network, deed, on);
  try {
    DEEDS[deed]({ network, person, incident, choose: chooser(choice) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const incidentId = incident?.id ?? '';
    network.witness({ kind: 'REFUSED', action: deed, by: person.id, incidentId, error });
  }
}

/** Most often somebody who may; sometimes anybody. */
function chosenPerson({ people, dispatches }: Network, deed: Deed, who: number): Person {
  const may = people.filter(({ id, role }) =>
    deed === 'RESUME' ? role === 'ADMIN' : deed === 'FILE' || dispatches(id),
  );
  const anybody = who % ADVENTUROUS === 0;
  return pick(anybody ? people : may, Math.floor(who / ADVENTUROUS)) ?? people[0]!;
}

/** Most often one that is in a state for it, the latest ones first; sometimes any. */
function chosenIncident({ incidents }: Network, deed: Deed, on: number): Incident | undefined {
  const all = [...incidents.values()].reverse();
  const ready = all.filter(({ state, proposal }) =>
    deed === 'APPROVE' || deed === 'REJECT' ? proposal : TABLE[state][deed as Action],
  );
  const any = on % ADVENTUROUS === 0;
  return pick(any || ready.length === 0 ? all : ready, Math.floor(on / ADVENTUROUS));
}

const DEEDS: Record<Deed, (attempt: Attempt) => void> = {
  FILE: file,
  VERIFY: (attempt) => {
    const { choose, network } = attempt;
    const radiusMeters = RADII[choose(RADII.length)]!;
    const minutes = LASTING[choose(LASTING.length)]!;
    const { action, step, incident } = decided(attempt, 'VERIFY', radiusMeters);
    const telling = network.telling(incident);
    const more = { action, transition: step, by: attempt.person.id, telling };
    if (action === 'VERIFY')
      return network.take(incident, { ...more, change: tellable(network, radiusMeters, minutes) });
    const lapsesAt = new Date(network.now.getTime() + APPROVAL_MINUTES * MINUTE);
    const proposal = { by: attempt.person.id, lapsesAt, radiusMeters, minutes, telling };
    return network.take(incident, { ...more, change: { proposal } });
  },
  APPROVE: (attempt) => {
    const proposal = attempt.incident?.proposal;
    if (!proposal) throw new Conflict('nothing waits');
    const { step, incident } = decided(attempt, 'APPROVE');
    const change = tellable(attempt.network, proposal.radiusMeters, proposal.minutes);
    const { telling } = proposal;
    const { network, person } = attempt;
    network.take(incident, { action: 'APPROVE', transition: step, by: person.id, change, telling });
  },
  REJECT: (attempt) => {
    if (!attempt.incident?.proposal) throw new Conflict('nothing waits');
    simply(attempt, 'REJECT', { proposal: null });
  },
  RECORD: (attempt) => simply(attempt, 'RECORD', { verifiedAt: attempt.network.now }),
  DISMISS: (attempt) => simply(attempt, 'DISMISS'),
  UPDATE: (attempt) => {
    const { choose, network, person } = attempt;
    const news = CHANGES[choose(CHANGES.length)]!;
    const { step, incident } = decided(attempt, 'UPDATE');
    const prolongs = news === 'EXTENDED' || choose(3) === 0;
    const minutes = LASTING[choose(LASTING.length)]!;
    network.take(incident, {
      ...{ action: 'UPDATE', transition: step, by: person.id, news },
      telling: network.telling(incident),
      change: prolongs ? { expiresAt: expiryAfter(network.now, minutes) } : {},
    });
  },
  CLEAR: (attempt) => simply(attempt, 'CLEAR'),
  RETRACT: (attempt) => simply(attempt, 'RETRACT'),
  MERGE: merge,
  SPLIT: split,
  WAIT: ({ network, choose }) => {
    const minutes = WAITS[choose(WAITS.length)]!;
    network.now = new Date(network.now.getTime() + minutes * MINUTE);
  },
  STRIKE: ({ network }) => strike(network),
  PAUSE: ({ network, person }) => {
    requireDispatcher(network, person);
    network.paused = true;
    network.witness({ kind: 'PAUSED' });
  },
  RESUME: ({ network, person }) => {
    if (person.role !== 'ADMIN' || person.suspended) throw new Forbidden('admins');
    network.paused = false;
    network.witness({ kind: 'RESUMED' });
  },
  START_DRILL: ({ network, person, choose }) => {
    requireDispatcher(network, person);
    const place = PLACES[choose(PLACES.length)]!;
    const endsAt = new Date(network.now.getTime() + 60 * MINUTE);
    network.drills.push({ id: network.id('d'), place, endsAt, endedAt: null });
  },
  END_DRILL: ({ network, person, choose }) => {
    requireDispatcher(network, person);
    const drill = pick(network.drills, choose(99));
    if (drill) endDrill(network, drill.id, person.id);
  },
  STAFF: ({ person, choose }) => {
    if (person.id === 'p0') return;
    person.suspended = choose(3) === 0;
    person.role = (['RESPONDER', 'DISPATCHER', 'ADMIN', person.role] as const)[choose(4)]!;
  },
};

/** What the gate makes of a dispatcher's decision. @throws Refusal */
function decided({ network, person, incident }: Attempt, action: Action, radiusMeters?: number) {
  requireDispatcher(network, person);
  if (!incident) throw new Conflict('there is none');
  const the = caseOf(network, incident);
  admit(the, action, person);
  const tells = TABLE[incident.state][action]?.notice === 'ALERT';
  const place =
    action === 'APPROVE' ? incident.proposal!.telling.place : pictureOf(incident.sightings);
  const quiet = { now: network.now, paused: false, drillOver: false, alertsThisHour: 0 };
  const circumstances = tells
    ? network.circumstances(place, incident.drillId, radiusMeters)
    : { ...quiet, ceiling: 0, wide: [] };
  const decider = { id: person.id, admin: person.role === 'ADMIN' };
  return { ...rule(the, action, decider, circumstances), incident };
}

function simply(attempt: Attempt, action: Action, change: Partial<Incident> = {}): void {
  const { step, incident } = decided(attempt, action);
  const { network, person } = attempt;
  const telling = network.telling(incident);
  network.take(incident, { action, transition: step, by: person.id, change, telling });
}

/** The clock comes to every incident and drill, perhaps late. */
export function strike(network: Network): void {
  const { now } = network;
  for (const { id, endsAt } of network.drills) if (endsAt <= now) endDrill(network, id, 'clock');
  for (const incident of network.incidents.values()) {
    const { state, proposal, expiresAt } = incident;
    const by = 'clock';
    if (state === 'UNVERIFIED' && proposal && proposal.lapsesAt <= now) {
      const lapse = transition(state, 'LAPSE');
      network.take(incident, {
        ...{ action: 'LAPSE', transition: lapse, by, change: { proposal: null } },
      });
    } else if (state === 'ACTIVE' && expiresAt! <= now)
      network.take(incident, { action: 'EXPIRE', transition: transition(state, 'EXPIRE'), by });
  }
}

/** What is still on in it is cleared. */
function endDrill(network: Network, drillId: string, by: string): void {
  const drill = network.drills.find(({ id }) => id === drillId)!;
  if (drill.endedAt) return;
  drill.endedAt = network.now;
  for (const incident of network.incidents.values()) {
    const action = { ACTIVE: 'CLEAR', UNVERIFIED: 'DISMISS' } as const;
    const next = action[incident.state as keyof typeof action];
    if (incident.drillId !== drillId || !next) continue;
    const step = transition(incident.state, next);
    const telling = network.telling(incident);
    network.take(incident, { action: next, transition: step, by, telling });
  }
}
