import { Injectable } from '@nestjs/common';
import type { ChangeName } from '../alerts/notice.js';
import type { Viewer } from '../identity/access.js';
import { StaffService } from '../identity/staff.service.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { Conflict, NotFound } from '../platform/errors.js';
import { Metrics } from '../platform/metrics.js';
import { checkedRadius, expiryAfter, prolonged } from './alert-window.js';
import { CircumstancesReader } from './circumstances.service.js';
import { minutesBetween } from './correction.js';
import { corroboratingCount } from './corroboration.js';
import { admit, rule, type Case, type Decider } from './gate.js';
import type { IncidentRow, SightingRow } from './incident.entity.js';
import { TABLE, type DismissalName } from './incident-lifecycle.js';
import { IncidentSteps, type Step } from './incident-steps.service.js';
import { IncidentsStore } from './incidents.store.js';
import type { ProposalRow } from './proposal.entity.js';
import { Proposals } from './proposals.service.js';
import { ProposalsStore } from './proposals.store.js';
import { pictureOf } from './sighting.js';
import { tellingOf, thawed } from './telling.js';

/** What a dispatcher does, with what they chose. */
export type Decision =
  | { action: 'VERIFY'; radiusMeters?: number | null; expiresInMinutes?: number | null }
  | { action: 'APPROVE'; proposalId: string }
  | { action: 'REJECT'; proposalId: string }
  | { action: 'RECORD' }
  | { action: 'UPDATE'; change: ChangeName; expiresInMinutes?: number | null }
  | { action: 'CLEAR' }
  | { action: 'RETRACT' }
  | { action: 'DISMISS'; dismissal: DismissalName };

/** What a decision is about, read under the incident's lock. */
interface Matter {
  incident: IncidentRow;
  sightings: SightingRow[];
  authorIds: ReadonlySet<string>;
  now: Date;
}

/** Dispatchers' decisions: lock, read, rule, take the step; one short transaction each. */
@Injectable()
export class IncidentActions {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
    private readonly proposalsStore: ProposalsStore,
    private readonly proposals: Proposals,
    private readonly steps: IncidentSteps,
    private readonly circumstances: CircumstancesReader,
    private readonly staff: StaffService,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** @throws NotFound, Conflict, Forbidden, RateLimited, BadInput */
  async decide(viewer: Viewer, incidentId: string, decision: Decision): Promise<IncidentRow> {
    const decider = { id: viewer.id, admin: viewer.role === 'ADMIN' };
    const incident = await this.database.transaction(async (tx) => {
      const locked = await this.store.lock(tx, incidentId);
      if (!locked) throw new NotFound('There is no incident with this id.');
      const sightings = await this.store.sightings(tx, incidentId);
      const authorIds = new Set(sightings.map(({ authorId }) => authorId));
      const drill = locked.drillId !== null;
      admit({ state: locked.state, drill, authorIds }, decision.action, decider);
      const now = this.clock.now();
      return this.carryOut(tx, { incident: locked, sightings, authorIds, now }, decision, decider);
    });
    if (!incident.drillId) this.measure(incident, decision.action);
    return incident;
  }

  private measure({ state, verifiedAt, correctedAt }: IncidentRow, action: Decision['action']) {
    if (state === 'ACTIVE' && TABLE.UNVERIFIED[action]) this.metrics.verifications.inc();
    if ((action === 'CLEAR' || action === 'RETRACT') && verifiedAt && correctedAt)
      this.metrics.correctionSeconds.observe(minutesBetween(verifiedAt, correctedAt) * 60);
  }

  private async carryOut(tx: Transaction, matter: Matter, decision: Decision, decider: Decider) {
    const { incident, sightings, now } = matter;
    const proposal = await this.proposalsStore.of(tx, incident.id);
    const choice = choiceOf(decision, proposal, now);
    const { action, step, wide } = await this.ruling(
      tx,
      { ...matter, proposal },
      { action: decision.action, radiusMeters: choice?.radiusMeters },
      decider,
    );
    const actor = decider.id;
    if (action === 'REJECT') return this.proposals.close(tx, incident, step, actor, now);
    const people = await this.staff.lineages(tx, matter.authorIds);
    const picture = pictureOf(sightings);
    const same = sightings.filter(({ activity }) => activity === picture.activity);
    const telling = tellingOf(picture, corroboratingCount(same, people));
    if (action === 'PROPOSE')
      return this.proposals.open(tx, incident, {
        ...{ transition: step, by: actor, now, telling, wide, ...choice! },
      });
    return this.steps.take(tx, incident, {
      ...{ transition: step, actor, now, telling },
      ...stepOf(decision, { incident, proposal, now }, actor),
    });
  }

  private async ruling(
    tx: Transaction,
    matter: Matter & { proposal: ProposalRow | null },
    { action, radiusMeters }: { action: Decision['action']; radiusMeters: number | undefined },
    decider: Decider,
  ) {
    const { incident, proposal, now } = matter;
    const tells = TABLE[incident.state][action]?.notice === 'ALERT';
    const place = action === 'APPROVE' ? proposal!.scene.place : incident;
    const circumstances = tells
      ? await this.circumstances.telling(tx, { place, drillId: incident.drillId }, now)
      : this.circumstances.quiet(now);
    const wide =
      tells && radiusMeters !== undefined && !incident.drillId
        ? await this.circumstances.wide(tx, incident, radiusMeters)
        : { devices: 0, reasons: [] };
    const the = await this.caseOf(tx, matter);
    return { ...rule(the, action, decider, { ...circumstances, wide: wide.reasons }), wide };
  }

  private async caseOf(
    tx: Transaction,
    { incident, authorIds, proposal }: Matter & { proposal: ProposalRow | null },
  ): Promise<Case> {
    const standing = proposal && (await this.staff.standing(tx, proposal.proposedBy));
    return {
      state: incident.state,
      drill: incident.drillId !== null,
      authorIds,
      lastObservedAt: incident.lastObservedAt,
      proposal: proposal && {
        by: proposal.proposedBy,
        byAdmin: standing!.admin,
        // Of somebody who no longer dispatches it counts as lapsed.
        lapsesAt: standing!.dispatches ? proposal.lapsesAt : new Date(0),
      },
    };
  }
}

/** Radius and minutes of the alert that a VERIFY would send. @throws BadInput, Conflict */
function choiceOf(decision: Decision, proposal: ProposalRow | null, now: Date) {
  if (decision.action === 'APPROVE' || decision.action === 'REJECT') {
    if (!proposal) throw new Conflict('No wide alert of this incident waits for approval.');
    if (proposal.id !== decision.proposalId)
      throw new Conflict('Another choice was proposed since: look at it, then decide.');
  }
  if (decision.action !== 'VERIFY') return undefined;
  const expires = expiryAfter(now, decision.expiresInMinutes);
  return {
    radiusMeters: checkedRadius(decision.radiusMeters),
    minutes: (expires.getTime() - now.getTime()) / 60_000,
  };
}

/** What each decision changes beside the state, tells and leaves in the ledger. */
function stepOf(
  decision: Decision,
  { incident, proposal, now }: Pick<Matter, 'incident' | 'now'> & { proposal: ProposalRow | null },
  actor: string,
) {
  switch (decision.action) {
    case 'VERIFY':
      return verified(actor, now, checkedRadius(decision.radiusMeters), decision.expiresInMinutes);
    case 'APPROVE': {
      const { radiusMeters, minutes, proposedBy, scene } = proposal!;
      const step = verified(actor, now, radiusMeters, minutes);
      return {
        ...step,
        telling: thawed(scene),
        facts: { ...step.facts, proposal: proposal!.id, proposedBy },
      };
    }
    case 'RECORD':
      return { change: { verifiedAt: now, verifiedBy: actor } };
    case 'UPDATE': {
      // Saying that it goes on prolongs it; other news does only when asked to.
      const prolongs = decision.change === 'EXTENDED' || decision.expiresInMinutes != null;
      const expiresAt = prolongs
        ? prolonged(now, incident.expiresAt!, decision.expiresInMinutes)
        : incident.expiresAt!;
      const facts = { change: decision.change, expires: expiresAt.toISOString() };
      return { change: { expiresAt }, news: decision.change, facts };
    }
    case 'DISMISS':
      return {
        change: { dismissal: decision.dismissal },
        facts: { dismissal: decision.dismissal },
      };
    default:
      return {};
  }
}

function verified(
  actor: string,
  now: Date,
  radiusMeters: number,
  minutes: number | null | undefined,
): Pick<Step, 'change' | 'facts'> {
  const expiresAt = expiryAfter(now, minutes);
  return {
    change: { verifiedAt: now, verifiedBy: actor, radiusMeters, expiresAt },
    facts: { radiusMeters, expires: expiresAt.toISOString() },
  };
}
