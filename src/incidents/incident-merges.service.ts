import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AlertsService } from '../alerts/alerts.service.js';
import type { Viewer } from '../identity/access.js';
import { Clock } from '../platform/clock.js';
import { Database, type Transaction } from '../platform/database.js';
import { BadInput, Conflict, NotFound } from '../platform/errors.js';
import { isUuid } from '../platform/ids.js';
import type { IncidentRow, SightingRow } from './incident.entity.js';
import { transition } from './incident-lifecycle.js';
import { Corroborations } from './corroboration.service.js';
import { IncidentSteps } from './incident-steps.service.js';
import { IncidentsService } from './incidents.service.js';
import { IncidentsStore } from './incidents.store.js';
import { mergeOf, requireMergeable, restoredState } from './merge.js';
import type { MergeRow } from './merge.entity.js';
import { MergesStore } from './merges.store.js';

/** Several reports of one thing become one incident, and apart again; nothing is told anew. */
@Injectable()
export class IncidentMerges {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
    private readonly merges: MergesStore,
    private readonly corroborations: Corroborations,
    private readonly incidents: IncidentsService,
    private readonly steps: IncidentSteps,
    private readonly alerts: AlertsService,
    private readonly clock: Clock,
  ) {}

  /**
   * All reports of the one go over to the other, whose messages speak for both from now on.
   * @returns the incident that took the other in.
   * @throws NotFound, Conflict
   */
  async merge(viewer: Viewer, fromId: string, intoId: string): Promise<IncidentRow> {
    return this.database.transaction(async (tx) => {
      const { [fromId]: from, [intoId]: into } = await this.both(tx, fromId, intoId);
      requireMergeable(from!, into!);
      const now = this.clock.now();
      const actor = viewer.id;
      const sightings = await this.store.sightings(tx, fromId);
      const reportIds = sightings.map(({ reportId }) => reportId);
      await this.store.moveSightings(tx, reportIds, intoId);
      const superseded =
        from!.state === 'ACTIVE' ? await this.alerts.goOnIn(tx, fromId, intoId, now) : null;
      await this.merges.insert(tx, {
        ...{ id: randomUUID(), fromId, intoId, reportIds, fromState: from!.state, superseded },
        ...{ mergedBy: actor, mergedAt: now, undoneAt: null },
      });
      const picture = await this.incidents.picture(tx, intoId);
      await this.store.update(tx, intoId, picture);
      const verify = await this.corroborations.consider(tx, intoId);
      const facts = { reportIds, into: intoId };
      await this.steps.take(tx, from!, {
        ...{ transition: transition(from!.state, 'MERGE'), actor, now, facts },
        change: { mergedInto: intoId, reports: 0 },
      });
      const lapse = await this.lapse(tx, into!);
      const taken = await this.steps.take(tx, into!, {
        ...{ transition: transition(into!.state, 'TAKE_IN'), actor, now, reshaped: true },
        change: { ...picture, ...lapse.change },
        facts: { reportIds, taken: fromId, ...lapse.facts },
      });
      return (await verify?.()) ?? taken;
    });
  }

  /**
   * Some reports of an incident become one of their own; if they are just those that came by a
   * merge, that is undone.
   * @returns the incident that holds the reports now.
   * @throws NotFound, Conflict, BadInput
   */
  async split(viewer: Viewer, incidentId: string, reportIds: string[]): Promise<IncidentRow> {
    const wanted = wantedIds(reportIds);
    return this.database.transaction(async (tx) => {
      const merge = mergeOf(wanted, await this.merges.into(tx, incidentId));
      const locked = await this.both(tx, incidentId, merge?.fromId ?? incidentId);
      const incident = locked[incidentId]!;
      const step = transition(incident.state, 'SPLIT');
      const leaving = leavingOf(await this.store.sightings(tx, incidentId), wanted);
      const now = this.clock.now();
      const alone = merge
        ? await this.restore(tx, merge, locked[merge.fromId]!, incident, viewer.id, now)
        : await this.openAlone(tx, leaving, incident, viewer.id, now);
      await this.store.moveSightings(tx, [...wanted], alone.id);
      await this.store.update(tx, alone.id, await this.incidents.picture(tx, alone.id));
      const lapse = await this.lapse(tx, incident);
      await this.steps.take(tx, incident, {
        ...{ transition: step, actor: viewer.id, now, reshaped: true },
        change: { ...(await this.incidents.picture(tx, incidentId)), ...lapse.change },
        facts: {
          ...{ reportIds: [...wanted], alone: alone.id, undoes: merge?.id ?? null },
          ...lapse.facts,
        },
      });
      return (await this.store.lock(tx, alone.id))!;
    });
  }

  private async openAlone(
    tx: Transaction,
    leaving: SightingRow[],
    { id, drillId }: IncidentRow,
    actor: string,
    now: Date,
  ): Promise<IncidentRow> {
    const opened = await this.incidents.open(tx, leaving, drillId);
    const opening = { to: opened.state, notice: null, entry: 'incident.split-off' };
    return this.steps.take(tx, opened, { transition: opening, actor, now, facts: { from: id } });
  }

  private async restore(
    tx: Transaction,
    merge: MergeRow,
    from: IncidentRow,
    into: IncidentRow,
    actor: string,
    now: Date,
  ): Promise<IncidentRow> {
    await this.merges.undo(tx, merge.id, now);
    const { state, ...ending } = restoredState(merge.fromState, from, into, now);
    if (merge.superseded && state === 'ACTIVE')
      await this.alerts.goOnAlone(tx, merge.superseded, now);
    const alone = { ...from, mergedInto: null, ...ending };
    return this.steps.take(tx, alone, {
      transition: { to: state, notice: null, entry: 'incident.restored' },
      ...{ actor, now, facts: { undoes: merge.id } },
      // Its own clock ticks again.
      change: { mergedInto: null, ...ending },
    });
  }

  /** What is on lapses with the last message that phones may show of it, or of what is merged into it. */
  private async lapse(tx: Transaction, { id, state, expiresAt }: IncidentRow) {
    if (state !== 'ACTIVE') return {};
    const threads = await this.store.threadsMergedInto(tx, id);
    const last = await this.alerts.lastExpiry(tx, [id, ...threads]);
    if (!last || last.getTime() === expiresAt?.getTime()) return {};
    return { change: { expiresAt: last }, facts: { expires: last.toISOString() } };
  }

  private async both(tx: Transaction, a: string, b: string) {
    const found = await this.store.lockBoth(tx, a, b);
    for (const id of [a, b])
      if (!found.has(id)) throw new NotFound(`There is no incident with the id ${id}.`);
    return Object.fromEntries(found) as Record<string, IncidentRow | undefined>;
  }
}

/** @throws BadInput naming each that is no id */
function wantedIds(reportIds: string[]): Set<string> {
  const problems = reportIds.flatMap((id, index) =>
    isUuid(id) ? [] : [{ field: `reportIds.${index}`, message: 'must be the id of a report' }],
  );
  if (problems.length > 0) throw new BadInput(problems);
  return new Set(reportIds.map((id) => id.toLowerCase()));
}

/** @throws BadInput, Conflict unless these are some of the incident's reports, and not all. */
function leavingOf(sightings: SightingRow[], wanted: ReadonlySet<string>): SightingRow[] {
  const leaving = sightings.filter(({ reportId }) => wanted.has(reportId));
  if (wanted.size === 0 || leaving.length !== wanted.size)
    throw new BadInput({ field: 'reportIds', message: 'must be reports of this incident' });
  if (leaving.length === sightings.length)
    throw new Conflict('At least one report must stay with the incident.');
  return leaving;
}
