import { buildAlert, InvalidAlertError, type AlertDraft } from '../alerts/alert-builder.js';
import type { ChangeName, NoticeKind } from '../alerts/notice.js';
import { DISPATCH } from '../identity/roles.js';
import { BadInput, Refusal } from '../platform/errors.js';
import { corroboratingCount, type Witness } from './corroboration.js';
import type { Circumstances } from './gate.js';
import { isOpen, type IncidentState, type Transition } from './incident-lifecycle.js';
import {
  placeAt,
  pointOf,
  type Person,
  type Place,
  type Settings,
} from './random-people.fixture.js';
import { pictureOf, type Sighting } from './sighting.js';
import { tellingOf, type Telling } from './telling.js';
import { whyWide, type WideReason } from './wide-alert.js';

export interface Proposal {
  by: string;
  lapsesAt: Date;
  radiusMeters: number;
  minutes: number;
  telling: Telling;
}

export interface Incident {
  id: string;
  state: IncidentState;
  drillId: string | null;
  sightings: Sighting[];
  verifiedAt: Date | null;
  radiusMeters: number | null;
  expiresAt: Date | null;
  confirmedAt: Date | null;
  endedAt: Date | null;
  clearedAt: Date | null;
  correctedAt: Date | null;
  mergedInto: string | null;
  proposal: Proposal | null;
}

export interface Drill {
  id: string;
  place: Place;
  endsAt: Date;
  endedAt: Date | null;
}

/** What the rules are checked on: everything that came about, and what was refused. */
export type Happening =
  | { kind: 'FILED'; sighting: Sighting; incidentId: string; drillId: string | null }
  | { kind: 'MOVED'; reportIds: string[]; to: string }
  | { kind: 'PAUSED' | 'RESUMED' }
  | { kind: 'REFUSED'; action: string; by: string; incidentId: string; error: Refusal }
  | {
      kind: 'STEP';
      /** As dispatchers call it. */
      action: string;
      by: string;
      incidentId: string;
      drillId: string | null;
      from: IncidentState;
      to: IncidentState;
      message: AlertDraft | null;
      now: Date;
      /** Set by a MERGE. */
      into?: string;
      /** Of a corroboration. */
      reportIds?: string[];
    };
type Witnessing = (happening: Happening) => void;

export interface Taking {
  action: string;
  transition: Transition;
  by: string;
  change?: Partial<Incident>;
  telling?: Telling;
  news?: ChangeName;
  reshaped?: boolean;
  more?: { into?: string; reportIds?: string[] };
}

/** What a message of each kind is the last word on. */
const MARKS = {
  ALERT: ['confirmedAt'],
  UPDATE: ['confirmedAt'],
  ALL_CLEAR: ['clearedAt', 'correctedAt'],
  RETRACTION: ['correctedAt'],
} as const satisfies Record<NoticeKind, readonly (keyof Incident)[]>;

const START = Date.parse('2026-03-03T13:00:00Z');
export const MINUTE = 60_000;

/**
 * A network in memory, that asks the real rules and does what the services do with their answers, so
 * that ten thousand sequences take seconds. The services themselves are tried by test/random-sequences.
 */
export class Network {
  readonly incidents = new Map<string, Incident>();
  readonly drills: Drill[] = [];
  readonly messages: AlertDraft[] = [];
  readonly merges: {
    fromId: string;
    intoId: string;
    reportIds: string[];
    fromState: IncidentState;
    mergedAt: Date;
    undone: boolean;
  }[] = [];
  paused = false;
  now = new Date(START);
  private ids = 0;

  constructor(
    readonly people: readonly Person[],
    readonly settings: Settings,
    readonly witness: Witnessing,
  ) {}

  id = (of: string): string => `${of}${String(this.ids++).padStart(4, '0')}`;
  person = (id: string): Person | undefined => this.people.find((one) => one.id === id);
  dispatches = (id: string): boolean => {
    const person = this.person(id);
    return person !== undefined && !person.suspended && DISPATCH.includes(person.role);
  };

  open(sightings: Sighting[], drillId: string | null): Incident {
    const incident: Incident = {
      ...{ id: this.id('i'), state: 'UNVERIFIED', drillId, sightings, verifiedAt: null },
      ...{ radiusMeters: null, expiresAt: null, confirmedAt: null, endedAt: null },
      ...{ clearedAt: null, correctedAt: null, mergedInto: null, proposal: null },
    };
    this.incidents.set(incident.id, incident);
    return incident;
  }

  /** Carries a decided step out, or, when its message cannot be, nothing of it. */
  take(incident: Incident, step: Taking): void {
    const { transition, change } = step;
    const next = { ...incident, state: transition.to, ...change };
    if (step.reshaped || next.state !== 'UNVERIFIED') next.proposal = null;
    if (!isOpen(next.state) && next.state !== 'MERGED') next.endedAt ??= this.now;
    for (const mark of transition.notice ? MARKS[transition.notice] : []) next[mark] = this.now;
    const message = transition.notice ? this.issue(next, transition.notice, step) : null;
    const from = incident.state;
    Object.assign(incident, next);
    this.witness({
      ...{ kind: 'STEP', action: step.action, by: step.by, incidentId: incident.id },
      ...{ drillId: incident.drillId, from, to: incident.state, message, now: this.now },
      ...step.more,
    });
  }

  circumstances(telling: Telling['place'], drillId: string | null, radius?: number): Circumstances {
    const { districtId } = placeAt(telling.latitude);
    const hourAgo = this.now.getTime() - 60 * MINUTE;
    const ofDistrict = this.messages.filter(
      ({ kind, status, districtId: ofIt, sent }) =>
        kind === 'ALERT' && status === 'Actual' && ofIt === districtId && sent.getTime() > hourAgo,
    );
    return {
      ...{ now: this.now, paused: this.paused, alertsThisHour: ofDistrict.length },
      drillOver: this.drills.some(({ id, endedAt }) => id === drillId && endedAt !== null),
      ceiling: this.settings.alertsPerDistrictHour,
      wide: radius === undefined || drillId ? [] : this.wide(telling, radius),
    };
  }

  /** What a dispatcher would tell of it as it stands. */
  telling({ sightings }: Incident): Telling {
    const picture = pictureOf(sightings);
    const same = sightings.filter(({ activity }) => activity === picture.activity);
    return tellingOf(picture, corroboratingCount(same, this.witnesses()));
  }

  witnesses(): Map<string, Witness> {
    return new Map(
      this.people.map((person) => [
        person.id,
        {
          ...{ id: person.id, organizationId: person.organizationId },
          ...{ inviters: this.inviters(person), eligible: !person.suspended },
        },
      ]),
    );
  }

  private wide(place: Telling['place'], radiusMeters: number): WideReason[] {
    const { devices } = placeAt(place.latitude);
    return whyWide({ devices, radiusMeters }, { devices: this.settings.wideAlertDevices });
  }

  private inviters({ invitedBy, invitedByAdmin }: Person): Witness['inviters'] {
    const inviter = invitedBy && this.person(invitedBy);
    if (!inviter) return [];
    return [{ id: inviter.id, admin: invitedByAdmin }, ...this.inviters(inviter)];
  }

  /** Incidents merged into one, at any remove, of which families were told. */
  private toldInto(id: string): string[] {
    return [...this.incidents.values()].flatMap((one) =>
      one.mergedInto === id ? [...(one.verifiedAt ? [one.id] : []), ...this.toldInto(one.id)] : [],
    );
  }

  private issue(incident: Incident, kind: NoticeKind, step: Taking): AlertDraft {
    const joined = this.toldInto(incident.id);
    const earlier = this.messages.filter(({ incidentId }) =>
      [incident.id, ...joined].includes(incidentId),
    );
    const { facts, place, onset } = step.telling!;
    const { id, drillId, radiusMeters, expiresAt } = incident;
    const school = placeAt(place.latitude);
    const told = earlier.findLast(({ incidentId }) => incidentId === id);
    try {
      const message = buildAlert(
        {
          ...{ incidentId: id, kind, change: step.news ?? null, exercise: drillId !== null },
          ...{ facts, place, onset, radiusMeters: radiusMeters!, expires: expiresAt!, joined },
        },
        {
          ...{ id: this.id('m'), sent: this.now, references: earlier.map(({ id }) => id) },
          school: { ...school, ...pointOf(school), name: school.id },
          distanceMeters: 0,
          ...(told && { told }),
        },
      );
      this.messages.push(message);
      return message;
    } catch (error) {
      if (!(error instanceof InvalidAlertError)) throw error;
      throw new BadInput({ field: error.field, message: error.message });
    }
  }
}
