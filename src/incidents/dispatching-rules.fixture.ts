import type { AlertDraft } from '../alerts/alert-builder.js';
import { MINUTE, type Happening, type Network } from './random-network.fixture.js';
import { PLACES } from './random-people.fixture.js';
import type { Sighting } from './sighting.js';

type Step = Extract<Happening, { kind: 'STEP' }>;
type Who = 'NO_AUTHOR' | 'DISPATCHER' | 'CLOCK' | 'REPORTS';
type Row = [from: string, who: Who, to: string, families: AlertDraft['kind'] | 'nothing'];

/** The table of docs/dispatching.md, read by hand and not by the code that is on trial. */
const TABLE: Record<string, Row> = {
  VERIFY: ['UNVERIFIED', 'NO_AUTHOR', 'ACTIVE', 'ALERT'],
  PROPOSE: ['UNVERIFIED', 'NO_AUTHOR', 'UNVERIFIED', 'nothing'],
  APPROVE: ['UNVERIFIED', 'NO_AUTHOR', 'ACTIVE', 'ALERT'],
  REJECT: ['UNVERIFIED', 'DISPATCHER', 'UNVERIFIED', 'nothing'],
  LAPSE: ['UNVERIFIED', 'CLOCK', 'UNVERIFIED', 'nothing'],
  CORROBORATE: ['UNVERIFIED', 'REPORTS', 'ACTIVE', 'ALERT'],
  RECORD: ['UNVERIFIED', 'NO_AUTHOR', 'RECORDED', 'nothing'],
  DISMISS: ['UNVERIFIED', 'DISPATCHER', 'DISMISSED', 'nothing'],
  UPDATE: ['ACTIVE', 'NO_AUTHOR', 'ACTIVE', 'UPDATE'],
  CLEAR: ['ACTIVE', 'DISPATCHER', 'CLEARED', 'ALL_CLEAR'],
  RETRACT: ['ACTIVE CLEARED EXPIRED', 'DISPATCHER', 'RETRACTED', 'RETRACTION'],
  EXPIRE: ['ACTIVE', 'CLOCK', 'EXPIRED', 'nothing'],
  MERGE: ['UNVERIFIED ACTIVE', 'DISPATCHER', 'MERGED', 'nothing'],
  TAKE_IN: ['UNVERIFIED ACTIVE CLEARED EXPIRED RECORDED', 'DISPATCHER', 'the same', 'nothing'],
  SPLIT: [
    'UNVERIFIED ACTIVE CLEARED EXPIRED RETRACTED DISMISSED RECORDED',
    ...(['DISPATCHER', 'the same', 'nothing'] as const),
  ],
  RESTORE: ['MERGED', 'DISPATCHER', 'UNVERIFIED ACTIVE CLEARED EXPIRED RETRACTED', 'nothing'],
};

/** What must hold of an incident of which families were told, by the messages that reached them. */
const ENDS_TOLD: Record<string, string> = {
  ACTIVE: '',
  EXPIRED: '',
  CLEARED: 'ALL_CLEAR',
  RETRACTED: 'RETRACTION',
};

interface Known {
  state: string;
  drillId: string | null;
  reportIds: Set<string>;
  mergedInto: string | null;
  /** Messages that reach its families. */
  told: AlertDraft['kind'][];
  proposal: { by: string; at: Date } | null;
}

/** The rules broke. */
export class Broken extends Error {}

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Broken(what);
};

/**
 * Follows what happens in a network and holds it against docs/dispatching.md. It keeps its own books:
 * who wrote what, where reports went, who was told what. Of the network it takes the facts only: its
 * people, settings and places.
 */
export class Rules {
  private readonly books = new Map<string, Known>();
  private readonly sightings = new Map<string, Sighting>();
  private readonly alerts: { districtId: string; at: Date }[] = [];
  private paused = false;
  private network!: Network;

  /** @throws Broken naming the rule */
  hear(happening: Happening, network: Network): void {
    this.network = network;
    if (happening.kind === 'FILED') this.file(happening);
    else if (happening.kind === 'MOVED') this.move(happening);
    else if (happening.kind === 'STEP') this.step(happening);
    else if (happening.kind === 'REFUSED') this.refuse(happening);
    else this.paused = happening.kind === 'PAUSED';
  }

  /** Between any two attempts. @throws Broken */
  audit(): void {
    for (const [id, { told, state }] of this.books) {
      const holder = this.holder(id);
      if (told.length === 0) {
        const fine = ['UNVERIFIED', 'DISMISSED', 'RECORDED', 'MERGED'].includes(state);
        must(fine, `${id} is ${state}, and nobody was told of it`);
        continue;
      }
      const ends = told.filter((kind) => kind === 'ALL_CLEAR' || kind === 'RETRACTION');
      must(told.filter((kind) => kind === 'ALERT').length === 1, `${id}: one alert`);
      must(told[0] === 'ALERT', `${id}: an alert comes first`);
      must(new Set(ends).size === ends.length, `${id}: told an end twice: ${told.join(' ')}`);
      const last = ends.at(-1) ?? '';
      const { state: stands } = this.books.get(holder)!;
      must(ENDS_TOLD[stands] === last, `${id} is ${stands}, its families know: ${told.join(' ')}`);
      const order = 'ALERT|UPDATE|ALL_CLEAR|RETRACTION';
      must(
        /^ALERT( UPDATE)*( ALL_CLEAR)?( RETRACTION)?$/.test(told.join(' ')),
        `${id}: not ${order}: ${told.join(' ')}`,
      );
    }
  }

  /** At the very end nothing may be on: whoever was told was told the end, or it lapsed. */
  allIsOver(): void {
    for (const [id, { told }] of this.books)
      must(
        told.length === 0 || this.books.get(this.holder(id))!.state !== 'ACTIVE',
        `${id} never ended`,
      );
  }

  private file({ sighting, incidentId, drillId }: Extract<Happening, { kind: 'FILED' }>): void {
    this.sightings.set(sighting.reportId, sighting);
    const known = this.known(incidentId, drillId);
    must(known.drillId === drillId, `${incidentId}: a drill's report and a real one met`);
    known.reportIds.add(sighting.reportId);
  }

  private move({ reportIds, to }: Extract<Happening, { kind: 'MOVED' }>): void {
    const from = [...this.books.values()].find((one) => one.reportIds.has(reportIds[0]!))!;
    const into = this.known(to, from.drillId);
    must(from.drillId === into.drillId, `${to}: a drill and something real became one`);
    for (const id of reportIds) {
      must(from.reportIds.delete(id), `${id} was moved from where it was not`);
      into.reportIds.add(id);
    }
    // A choice was made of other reports.
    from.proposal = into.proposal = null;
  }

  private step(step: Step): void {
    const { action, incidentId: id, from, to, message } = step;
    const known = this.known(id, step.drillId);
    const [froms, who, tos, families] = TABLE[action]!;
    must(known.state === from, `${id} was ${known.state}, not ${from}`);
    must(froms.split(' ').includes(from), `${action} of what is ${from}`);
    must(tos === 'the same' ? to === from : tos.split(' ').includes(to), `${action}: to ${to}`);
    must((message?.kind ?? 'nothing') === families, `${action} told ${message?.kind ?? 'nothing'}`);
    this.allow(step, who, known);
    if (message) this.tell(step, message, known);
    known.state = to;
    known.mergedInto = to === 'MERGED' ? step.into! : null;
    if (action === 'PROPOSE') known.proposal = { by: step.by, at: step.now };
    else if (to !== 'UNVERIFIED' || action === 'REJECT' || action === 'LAPSE')
      known.proposal = null;
  }

  private allow({ action, by, drillId }: Step, who: Who, known: Known): void {
    if (who === 'REPORTS') return must(drillId === null, 'a drill was corroborated');
    const clock = by === 'clock' && (who === 'CLOCK' || drillId !== null);
    must(clock || this.network.dispatches(by), `${action} by ${by}, who does not dispatch`);
    if (who === 'NO_AUTHOR' && drillId === null)
      must(!this.authors(known).has(by), `${action} by ${by}, an author`);
  }

  private tell(step: Step, message: AlertDraft, known: Known): void {
    const { incidentId: id, drillId } = step;
    const status = drillId === null ? 'Actual' : 'Exercise';
    must(message.status === status, `${id} is ${status}, its message ${message.status}`);
    const merged = this.toldInto(id);
    const covered = [...message.joined].sort().join(' ');
    must(covered === merged.sort().join(' '), `${id} speaks for ${merged}, and told ${covered}`);
    if (message.kind === 'ALERT') this.alert(step, message, known);
    for (const one of [id, ...merged]) this.books.get(one)!.told.push(message.kind);
  }

  private alert(step: Step, message: AlertDraft, known: Known): void {
    const { now, drillId } = step;
    must(!this.paused, 'an alert in a pause');
    const seen = this.reports(step.reportIds ?? known.reportIds);
    const latest = Math.max(...seen.map(({ observedAt }) => observedAt.getTime()));
    must(now.getTime() - latest <= 120 * MINUTE, 'an alert of what is over');
    if (drillId !== null) {
      const drill = this.network.drills.find(({ id }) => id === drillId)!;
      return must(drill.endedAt === null, 'an alert of a drill that has ended');
    }
    if (step.action === 'CORROBORATE') this.corroborated(seen, message);
    else this.seconded(step, message, known);
    const { alertsPerDistrictHour } = this.network.settings;
    const { districtId } = message;
    const lately = this.alerts.filter(
      (one) => one.districtId === districtId && now.getTime() - one.at.getTime() < 60 * MINUTE,
    );
    const byAdmin = [step.by, known.proposal?.by].some(
      (id) => id && this.network.dispatches(id) && this.network.person(id)?.role === 'ADMIN',
    );
    must(byAdmin || lately.length < alertsPerDistrictHour, 'an alert above the ceiling');
    this.alerts.push({ districtId, at: now });
  }

  /** Whoever wrote it, whoever decided, and, when it is wide, whoever approved: all different. */
  private seconded({ action, by, now }: Step, message: AlertDraft, known: Known): void {
    const authors = this.authors(known);
    must(authors.size > 0, 'an alert of no report');
    const { proposal } = known;
    must((action === 'APPROVE') === (proposal !== null) || action === 'VERIFY', 'none to approve');
    const deciders = new Set(action === 'APPROVE' ? [by, proposal!.by] : [by]);
    must(deciders.size >= (this.wide(message) ? 2 : 1), `a wide alert by ${by} alone`);
    must(new Set([...authors, ...deciders]).size >= deciders.size + 1, 'fewer than two people');
    for (const id of deciders) must(!authors.has(id), `an alert by ${id}, an author`);
    if (action !== 'APPROVE') return;
    must(now.getTime() - proposal!.at.getTime() < 15 * MINUTE, 'a choice that had lapsed');
    must(this.network.dispatches(proposal!.by), 'the choice of somebody who dispatches no more');
  }

  private corroborated(seen: Sighting[], message: AlertDraft): void {
    const { corroborationReports: least } = this.network.settings;
    must(least >= 2 && seen.length >= least, `${seen.length} reports corroborated`);
    must(!this.wide(message), 'a wide alert by corroboration');
    for (const [index, one] of seen.entries()) {
      must(one.vantage === 'FIRSTHAND' && one.activity !== 'OTHER', 'hearsay corroborated');
      must(!this.network.person(one.authorId)!.suspended, 'somebody suspended corroborated');
      for (const other of seen.slice(index + 1)) {
        const apart = Math.abs(one.observedAt.getTime() - other.observedAt.getTime());
        const meters = Math.abs(one.latitude - other.latitude) * 111_195;
        must(one.activity === other.activity, 'they saw different things');
        must(apart <= 30 * MINUTE && meters < 801, 'they saw it at different times or places');
        must(this.independent(one.authorId, other.authorId), 'they are not independent');
      }
    }
  }

  /** Walks the invitations up from both. */
  private independent(a: string, b: string): boolean {
    const [one, other] = [this.network.person(a)!, this.network.person(b)!];
    const [above, aboveOther] = [this.above(a), this.above(b)];
    if (a === b || one.organizationId === other.organizationId) return false;
    if (above.has(b) || aboveOther.has(a)) return false;
    return [...above].every(([id, asAdmin]) => {
      const again = aboveOther.get(id);
      return again === undefined || (asAdmin && again);
    });
  }

  /** Everybody above somebody; true: they invited as an admin. */
  private above(id: string): Map<string, boolean> {
    const chain = new Map<string, boolean>();
    for (let below = this.network.person(id)!; below.invitedBy;) {
      chain.set(below.invitedBy, below.invitedByAdmin);
      below = this.network.person(below.invitedBy)!;
    }
    return chain;
  }

  private refuse({ action, by, incidentId }: Extract<Happening, { kind: 'REFUSED' }>): void {
    const state = this.books.get(incidentId)?.state ?? '';
    const open = { CLEAR: ['ACTIVE'], RETRACT: ['ACTIVE', 'CLEARED', 'EXPIRED'] }[action] ?? [];
    const mayEnd = this.network.dispatches(by) && open.includes(state);
    must(!mayEnd, `a correction had to wait: ${action} of what is ${state}`);
  }

  private wide({ radiusMeters, schoolId }: AlertDraft): boolean {
    const { devices } = PLACES.find(({ id }) => id === schoolId)!;
    return radiusMeters > 3_000 || devices > this.network.settings.wideAlertDevices;
  }

  private known(id: string, drillId: string | null): Known {
    const known = this.books.get(id) ?? {
      ...{ state: 'UNVERIFIED', drillId, reportIds: new Set<string>(), mergedInto: null },
      ...{ told: [], proposal: null },
    };
    this.books.set(id, known);
    return known;
  }

  private holder(id: string): string {
    const { mergedInto } = this.books.get(id)!;
    return mergedInto ? this.holder(mergedInto) : id;
  }

  private toldInto(id: string): string[] {
    return [...this.books.keys()].filter(
      (one) => one !== id && this.under(one, id) && this.books.get(one)!.told.length > 0,
    );
  }

  private under(id: string, of: string): boolean {
    const { mergedInto } = this.books.get(id)!;
    return mergedInto !== null && (mergedInto === of || this.under(mergedInto, of));
  }

  private reports = (ids: Iterable<string>) => [...ids].map((id) => this.sightings.get(id)!);
  private authors = ({ reportIds }: Known) =>
    new Set(this.reports(reportIds).map(({ authorId }) => authorId));
}
