import { Injectable } from '@nestjs/common';
import { AlertsService } from '../alerts/alerts.service.js';
import type { ChangeName, Notice, NoticeKind } from '../alerts/notice.js';
import { FanOutService } from '../delivery/fan-out.service.js';
import { LedgerStore } from '../ledger/ledger.store.js';
import { Bus } from '../platform/bus.js';
import type { Transaction } from '../platform/database.js';
import { Queue } from '../platform/queue.js';
import { warningAt } from './alert-window.js';
import type { IncidentRow } from './incident.entity.js';
import { isOpen, type Transition } from './incident-lifecycle.js';
import { IncidentsStore } from './incidents.store.js';
import { ProposalsStore } from './proposals.store.js';
import { requireReal } from './synthetic.js';
import type { Telling } from './telling.js';

/** One step of the lifecycle, decided: what changes, what is told, what the ledger keeps. */
export interface Step {
  transition: Transition;
  actor: string;
  now: Date;
  /** Columns that change beside the state. */
  change?: Partial<IncidentRow>;
  /** What the public is told; needed when the transition has a notice. */
  telling?: Telling;
  /** Set when the notice is an UPDATE. */
  news?: ChangeName;
  /** What the ledger keeps beside the states. */
  facts?: object;
  /** It has other reports now: what was proposed of the earlier ones no longer stands. */
  reshaped?: boolean;
}

/** When a message of the kind was the last word on the incident. */
const MARKS = {
  ALERT: ['confirmedAt'],
  UPDATE: ['confirmedAt'],
  ALL_CLEAR: ['clearedAt', 'correctedAt'],
  RETRACTION: ['correctedAt'],
} as const satisfies Record<NoticeKind, readonly (keyof IncidentRow)[]>;

/** Carries decided steps out: the one place where an incident changes its state. */
@Injectable()
export class IncidentSteps {
  constructor(
    private readonly store: IncidentsStore,
    private readonly proposals: ProposalsStore,
    private readonly alerts: AlertsService,
    private readonly fanOut: FanOutService,
    private readonly ledger: LedgerStore,
    private readonly queue: Queue,
    private readonly bus: Bus,
  ) {}

  /** The caller holds the incident's lock; the ledger's is taken last, and held to the end. */
  async take(tx: Transaction, incident: IncidentRow, step: Step): Promise<IncidentRow> {
    requireReal(incident);
    const { transition, now } = step;
    const next = this.next(incident, step);
    const { id, ...columns } = next;
    const { drillId } = next;
    await this.store.update(tx, id, columns);
    const over = step.reshaped || next.state !== 'UNVERIFIED';
    const proposalDropped = over && (await this.proposals.remove(tx, id));
    const joined = transition.notice ? await this.store.threadsMergedInto(tx, id) : [];
    const alertId = transition.notice
      ? await this.alerts.issue(tx, noticeOf(next, transition.notice, step, joined), now)
      : null;
    await this.followUp(tx, incident, next, joined);
    this.bus.announce(tx, 'incident', { incidentId: id });
    await this.ledger.append(tx, {
      kind: transition.entry,
      subject: id,
      at: now,
      actor: step.actor,
      facts: {
        ...{ from: incident.state, to: next.state, alertId, ...(drillId && { drillId }) },
        ...(proposalDropped && { proposalDropped }),
        ...step.facts,
      },
    });
    return next;
  }

  private next(incident: IncidentRow, { transition, change, now }: Step): IncidentRow {
    const next = { ...incident, state: transition.to, ...change };
    if (transition.notice) for (const mark of MARKS[transition.notice]) next[mark] = now;
    const lapses = lapseOf(next);
    if (lapses?.getTime() !== lapseOf(incident)?.getTime())
      next.warnAt = lapses && warningAt(now, lapses);
    if (!isOpen(next.state) && next.state !== 'MERGED') next.endedAt = incident.endedAt ?? now;
    return next;
  }

  /** Jobs for later: a warning, the lapse, and once it is over, who was told is forgotten. */
  private async followUp(
    tx: Transaction,
    before: IncidentRow,
    next: IncidentRow,
    joined: string[],
  ): Promise<void> {
    if (next.state === 'ACTIVE' && next.warnAt && next.warnAt !== before.warnAt)
      for (const startAfter of [next.warnAt, next.expiresAt!])
        await this.queue.send(tx, 'expiry', { incidentId: next.id }, { startAfter });
    const ended = before.verifiedAt && next.endedAt && !isOpen(next.state);
    if (!ended) return;
    const threads = joined.length > 0 ? joined : await this.store.threadsMergedInto(tx, next.id);
    for (const id of [next.id, ...threads]) await this.fanOut.forgetLater(tx, id);
  }
}

/** When it expires, while it can. */
const lapseOf = ({ state, expiresAt }: IncidentRow) => (state === 'ACTIVE' ? expiresAt : null);

function noticeOf(incident: IncidentRow, kind: NoticeKind, step: Step, joined: string[]): Notice {
  const { facts, place, onset } = step.telling!;
  return {
    incidentId: incident.id,
    kind,
    change: step.news ?? null,
    exercise: incident.drillId !== null,
    facts,
    place,
    radiusMeters: incident.radiusMeters!,
    onset,
    expires: incident.expiresAt!,
    joined,
  };
}
