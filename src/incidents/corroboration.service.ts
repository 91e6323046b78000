import { Injectable } from '@nestjs/common';
import { StaffService } from '../identity/staff.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { settle, type Transaction } from '../platform/database.js';
import { Refusal } from '../platform/errors.js';
import { DEFAULT_RADIUS_METERS, expiryAfter } from './alert-window.js';
import { CircumstancesReader } from './circumstances.service.js';
import { AGREE_MINUTES, agreedFacts, corroboration } from './corroboration.js';
import { rule, type Circumstances } from './gate.js';
import type { IncidentRow, SightingRow } from './incident.entity.js';
import type { Transition } from './incident-lifecycle.js';
import { IncidentSteps } from './incident-steps.service.js';
import { IncidentsStore } from './incidents.store.js';
import { JOIN_METERS, pictureOf, type Sighting } from './sighting.js';
import { tellingOf } from './telling.js';

/** In the ledger, in a dispatcher's place: the rule verified it. */
const RULE = 'corroboration';

/** Where a network allows it, independent people who saw the same verify an incident together. */
@Injectable()
export class Corroborations {
  constructor(
    private readonly store: IncidentsStore,
    private readonly steps: IncidentSteps,
    private readonly circumstances: CircumstancesReader,
    private readonly staff: StaffService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * In the transaction in which reports have joined the incident, before its entry in the ledger:
   * ruling waits for others. What the gate refuses is left to dispatchers.
   * @returns what carries the verification out, for after that entry; undefined when there is none.
   */
  async consider(
    tx: Transaction,
    incidentId: string,
  ): Promise<(() => Promise<IncidentRow>) | undefined> {
    const minimum = this.config.trust.corroborationReports;
    if (minimum === 0) return undefined;
    await settle(tx);
    const incident = await this.store.lock(tx, incidentId);
    if (incident?.state !== 'UNVERIFIED' || incident.drillId) return undefined;
    const sightings = await this.store.sightings(tx, incidentId);
    const people = await this.staff.lineages(tx, authorsOf(sightings));
    const agreed = corroboration(sightings, people, { minimum });
    if (!agreed) return undefined;
    const now = this.clock.now();
    const step = await this.ruling(tx, incident, sightings, agreed, now);
    return step && (() => this.verify(tx, incident, agreed, step, now));
  }

  private async verify(
    tx: Transaction,
    incident: IncidentRow,
    agreed: readonly Sighting[],
    transition: Transition,
    now: Date,
  ): Promise<IncidentRow> {
    const expiresAt = expiryAfter(now, null);
    return this.steps.take(tx, incident, {
      ...{ transition, actor: RULE, now },
      // Only what they agree on is told, whatever else somebody reported.
      telling: tellingOf({ ...pictureOf(agreed), ...agreedFacts(agreed) }, agreed.length),
      change: { verifiedAt: now, radiusMeters: DEFAULT_RADIUS_METERS, expiresAt },
      facts: {
        reportIds: agreed.map(({ reportId }) => reportId),
        rule: {
          reports: this.config.trust.corroborationReports,
          meters: JOIN_METERS,
          minutes: AGREE_MINUTES,
        },
        radiusMeters: DEFAULT_RADIUS_METERS,
        expires: expiresAt.toISOString(),
      },
    });
  }

  private async ruling(
    tx: Transaction,
    incident: IncidentRow,
    sightings: SightingRow[],
    agreed: readonly Sighting[],
    now: Date,
  ): Promise<Transition | undefined> {
    const place = pictureOf(agreed);
    const telling = await this.circumstances.telling(tx, { place, drillId: incident.drillId }, now);
    const { reasons } = await this.circumstances.wide(tx, place, DEFAULT_RADIUS_METERS);
    const circumstances: Circumstances = { ...telling, wide: reasons };
    const the = {
      state: incident.state,
      drill: false,
      authorIds: new Set(authorsOf(sightings)),
      lastObservedAt: place.lastObservedAt,
      proposal: null,
    };
    try {
      return rule(the, 'CORROBORATE', { id: RULE, admin: false }, circumstances).step;
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}

const authorsOf = (sightings: readonly Sighting[]) => sightings.map(({ authorId }) => authorId);
