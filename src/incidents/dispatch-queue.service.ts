import { Injectable } from '@nestjs/common';
import { ASSESSMENTS } from '../alerts/alert-builder.js';
import { distanceMeters } from '../geo/distance.js';
import { StaffService } from '../identity/staff.service.js';
import { Clock } from '../platform/clock.js';
import { Database } from '../platform/database.js';
import { WARNING_MINUTES } from './alert-window.js';
import { corroboratingCount } from './corroboration.js';
import { inOrder, minutesWaiting, type Waiting } from './dispatch-order.js';
import { isTellable } from './gate.js';
import type { IncidentRow, SightingRow } from './incident.entity.js';
import { IncidentsStore } from './incidents.store.js';
import { LIKE_METERS, likeness, SUGGESTED_SCORE } from './likeness.js';
import type { ProposalRow } from './proposal.entity.js';
import { StandingProposals } from './standing-proposals.service.js';

/** More than this nobody reads; the rest waits behind. */
const CONSIDERED = 500;
const SHOWN_EARLIER = 3;

interface Entry extends Waiting {
  incident: IncidentRow;
}

/** What needs a dispatcher's decision, the most pressing first. */
@Injectable()
export class DispatchQueue {
  constructor(
    private readonly database: Database,
    private readonly store: IncidentsStore,
    private readonly proposals: StandingProposals,
    private readonly staff: StaffService,
    private readonly clock: Clock,
  ) {}

  async list(drills: boolean, size: number) {
    const now = this.clock.now();
    const { reader } = this.database;
    const confirmBy = new Date(now.getTime() + WARNING_MINUTES * 60_000);
    const open = await this.store.waiting(reader, drills, confirmBy, CONSIDERED);
    const ids = open.map(({ id }) => id);
    const sightings = Map.groupBy(
      await this.store.sightingsOf(reader, ids),
      ({ incidentId }) => incidentId,
    );
    const proposals = await this.proposals.of(ids);
    const authors = [...sightings.values()].flat().map(({ authorId }) => authorId);
    const people = await this.staff.lineages(reader, authors);
    const entries = open.map((incident): Entry => {
      const seen = sightings.get(incident.id) ?? [];
      const corroborating = corroboratingCount(seen, people);
      return entryOf(incident, seen, proposals.get(incident.id), corroborating, now);
    });
    const first = inOrder(entries, now).slice(0, size);
    return Promise.all(first.map((entry) => this.shown(entry, now)));
  }

  private async shown(entry: Entry, now: Date) {
    const { incident } = entry;
    return {
      ...entry,
      minutesWaiting: minutesWaiting(entry.since, now),
      lapsesAt: entry.lapses,
      suggestedDuplicates: await this.duplicates(incident),
      earlier: await this.earlier(incident),
    };
  }

  /** Most alike first; those that cannot be merged any more are shown all the same. */
  private async duplicates(incident: IncidentRow) {
    const near = await this.store.like(this.database.reader, incident);
    return near
      .map((other) => ({ incident: other, ...likeness(incident, other) }))
      .filter(({ score }) => score >= SUGGESTED_SCORE)
      .sort((a, b) => b.score - a.score);
  }

  private async earlier(incident: IncidentRow) {
    const before = await this.store.before(this.database.reader, incident);
    return before
      .map((other) => ({
        incident: other,
        metersAway: Math.round(distanceMeters(incident, other)),
      }))
      .filter(({ metersAway }) => metersAway <= LIKE_METERS)
      .sort((a, b) => a.metersAway - b.metersAway)
      .slice(0, SHOWN_EARLIER);
  }
}

function entryOf(
  incident: IncidentRow,
  seen: SightingRow[],
  pending: ProposalRow | undefined,
  corroborating: number,
  now: Date,
): Entry {
  const { severity, urgency } = ASSESSMENTS[incident.activity];
  const confirm = incident.state === 'ACTIVE';
  const undecided = isTellable(incident, now) ? (pending ? 'APPROVE' : 'VERIFY') : 'RECORD';
  return {
    id: incident.id,
    incident,
    need: confirm ? 'CONFIRM' : undecided,
    ...{ severity, urgency, corroborating },
    since: confirm ? incident.confirmedAt! : (pending?.proposedAt ?? incident.openedAt),
    firsthand: seen.some(({ vantage }) => vantage === 'FIRSTHAND'),
    lapses: confirm ? incident.expiresAt : (pending?.lapsesAt ?? null),
  };
}
