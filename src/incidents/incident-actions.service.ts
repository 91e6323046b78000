import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import type { ChangeName, Notice, NoticeKind } from '../alerts/notice.js';
import { FanOutService } from '../delivery/fan-out.service.js';
import type { Viewer } from '../identity/access.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Bus } from '../platform/bus.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import { Metrics } from '../platform/metrics.js';
import { Queue } from '../platform/queue.js';
import { checkedRadius, expiryAfter } from './alert-window.js';
import type { IncidentRow } from './incident.entity.js';
import {
  isOpen,
  requireSecondPerson,
  transition,
  type Action,
  type DismissalName,
} from './incident-lifecycle.js';
import { IncidentsStore } from './incidents.store.js';
import { pictureOf } from './sighting.js';

/** What a dispatcher does, with what they chose. */
export type Decision =
  | { action: 'VERIFY'; radiusMeters?: number | null; expiresInMinutes?: number | null }
  | { action: 'UPDATE'; change: ChangeName; expiresInMinutes?: number | null }
  | { action: 'CLEAR' }
  | { action: 'RETRACT' }
  | { action: 'DISMISS'; dismissal: DismissalName };

/** Carries decisions out: lock, decide, update, tell, log; one short transaction each. */
@Injectable()
export class IncidentActions {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
    private readonly alerts: AlertsService,
    private readonly fanOut: FanOutService,
    private readonly ledger: LedgerStore,
    private readonly queue: Queue,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** @throws NotFound, Conflict, Forbidden, BadInput */
  async decide(viewer: Viewer, incidentId: string, decision: Decision): Promise<IncidentRow> {
    const incident = await this.database.transaction(async (tx) => {
      const locked = await this.store.lock(tx, incidentId);
      if (!locked) throw new NotFound('There is no incident with this id.');
      return this.apply(tx, locked, decision, viewer.id);
    });
    if (decision.action === 'VERIFY') this.metrics.verifications.inc();
    return incident;
  }

  /** Ends an incident that nobody confirmed before it lapsed; does nothing if it was extended. */
  async expire(incidentId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const incident = await this.store.lock(tx, incidentId);
      if (!incident?.expiresAt || incident.state !== 'ACTIVE') return;
      const early = incident.expiresAt.getTime() - this.clock.now().getTime();
      if (early > 0) {
        // It was extended, or our clock is behind the queue's.
        const startAfter = Math.ceil(early / 1_000);
        return this.queue.send(tx, 'expiry', { incidentId }, { startAfter });
      }
      await this.apply(tx, incident, { action: 'EXPIRE' }, 'clock');
    });
  }

  private async apply(
    tx: Transaction,
    incident: IncidentRow,
    decision: Decision | { action: 'EXPIRE' },
    actor: string,
  ): Promise<IncidentRow> {
    const step = transition(incident.state, decision.action);
    const sightings = await this.store.sightings(tx, incident.id);
    const authors = new Set(sightings.map(({ authorId }) => authorId));
    requireSecondPerson(decision.action, actor, authors);
    const now = this.clock.now();
    const next: IncidentRow = {
      ...incident,
      state: step.to,
      ...changes(decision, actor, now),
    };
    if (!isOpen(step.to)) next.endedAt = incident.endedAt ?? now;
    const { id, ...columns } = next;
    await this.store.update(tx, id, columns);
    const alertId =
      step.notice &&
      (await this.tell(tx, next, step.notice, decision, pictureOf(sightings).witnesses, now));
    await this.followUp(tx, incident, next);
    await this.bus.announce(tx, 'incident', { incidentId: id });
    await this.ledger.append(tx, {
      kind: step.entry,
      subject: id,
      at: now,
      actor,
      facts: { from: incident.state, to: step.to, alertId, ...chosen(decision, next) },
    });
    return next;
  }

  private tell(
    tx: Transaction,
    incident: IncidentRow,
    kind: NoticeKind,
    decision: { action: Action; change?: ChangeName },
    witnesses: number,
    now: Date,
  ): Promise<string> {
    const { activity, agency, agents, vehicles } = incident;
    const notice: Notice = {
      incidentId: incident.id,
      kind,
      change: decision.change ?? null,
      exercise: false,
      facts: { activity, agency, agents, vehicles, reports: Math.max(1, witnesses) },
      place: { latitude: incident.latitude, longitude: incident.longitude },
      radiusMeters: incident.radiusMeters!,
      onset: incident.firstObservedAt,
      expires: incident.expiresAt!,
    };
    return this.alerts.issue(tx, notice, now);
  }

  /** Jobs for later: the incident lapses, and once it is over, who was told is forgotten. */
  private async followUp(tx: Transaction, before: IncidentRow, next: IncidentRow): Promise<void> {
    const lapses = next.state === 'ACTIVE' ? next.expiresAt : null;
    if (lapses && lapses.getTime() !== before.expiresAt?.getTime())
      await this.queue.send(tx, 'expiry', { incidentId: next.id }, { startAfter: lapses });
    if (before.verifiedAt && !isOpen(next.state)) await this.fanOut.forgetLater(tx, next.id);
  }
}

function changes(
  decision: Decision | { action: 'EXPIRE' },
  actor: string,
  now: Date,
): Partial<IncidentRow> {
  switch (decision.action) {
    case 'VERIFY':
      return {
        verifiedAt: now,
        verifiedBy: actor,
        radiusMeters: checkedRadius(decision.radiusMeters),
        expiresAt: expiryAfter(now, decision.expiresInMinutes),
      };
    case 'UPDATE':
      // Saying that it goes on prolongs it; other news does only when asked to.
      return decision.change === 'EXTENDED' || decision.expiresInMinutes != null
        ? { expiresAt: expiryAfter(now, decision.expiresInMinutes) }
        : {};
    case 'DISMISS':
      return { dismissal: decision.dismissal };
    default:
      return {};
  }
}

/** What the ledger keeps of a decision, beside the states. */
function chosen(decision: Decision | { action: 'EXPIRE' }, next: IncidentRow): object {
  switch (decision.action) {
    case 'VERIFY':
      return { radiusMeters: next.radiusMeters, expires: next.expiresAt!.toISOString() };
    case 'UPDATE':
      return { change: decision.change, expires: next.expiresAt!.toISOString() };
    case 'DISMISS':
      return { dismissal: decision.dismissal };
    default:
      return {};
  }
}
