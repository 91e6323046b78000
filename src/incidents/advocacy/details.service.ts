import { Injectable } from '@nestjs/common';
import type { Viewer } from '../../identity/access.js';
import { LedgerStore } from '../../ledger/ledger.store.js';
import { Batched } from '../../platform/batched.js';
import { Clock } from '../../platform/clock.js';
import { Database, type Transaction } from '../../platform/database.js';
import { BadInput, Conflict, NotFound } from '../../platform/errors.js';
import type { IncidentRow } from '../incident.entity.js';
import { IncidentsStore } from '../incidents.store.js';
import {
  DETAILS_RECORDED,
  DETAIL_NAMES,
  isMeasured,
  type Detail,
  type DetailChanges,
  type DetailField,
  type Details,
} from './detail-fields.js';
import { detailProblems, realChanges } from './detail-rules.js';
import { DetailsStore } from './details.store.js';
import type { DetailRow } from './detail.entity.js';

/** A value that stands, and since when. */
export interface StandingDetail extends Detail {
  recordedAt: Date;
}
export type StandingDetails = Details<StandingDetail>;

/** The advocacy fields of incidents: recorded after the fact, changed by being recorded again. */
@Injectable()
export class DetailsService {
  /** A list of incidents asks for each one’s, twice: for the details and for the departures. */
  private readonly standing: Batched<string, StandingDetails>;

  constructor(
    private readonly database: Database,
    private readonly store: DetailsStore,
    private readonly incidents: IncidentsStore,
    private readonly ledger: LedgerStore,
    private readonly clock: Clock,
  ) {
    this.standing = new Batched(async (ids) => {
      const rows = await store.current(database.reader, [...new Set(ids)]);
      const byIncident = Map.groupBy(rows, ({ incidentId }) => incidentId);
      return ids.map((id) => detailsOf(byIncident.get(id) ?? []));
    });
  }

  of(incidentId: string): Promise<StandingDetails> {
    return this.standing.get(incidentId);
  }

  async history(incidentId: string): Promise<DetailRow[]> {
    return this.store.history(this.database.reader, incidentId);
  }

  /**
   * Records what is given, withdraws what is null, leaves the rest; what is recorded already is not
   * recorded again. One entry in the ledger.
   * @throws NotFound, Conflict where its reports belong to another, BadInput naming each field.
   */
  async record(viewer: Viewer, incidentId: string, asked: DetailChanges): Promise<IncidentRow> {
    if (!DETAIL_NAMES.some((field) => asked[field] !== undefined))
      throw new BadInput({ field: 'input', message: 'say what to record, or null to withdraw it' });
    return this.database.transaction(async (tx) => {
      const incident = await this.incidents.lock(tx, incidentId);
      if (!incident) throw new NotFound('There is no incident with this id.');
      requireItsOwn(incident);
      const now = this.clock.now();
      const current = detailsOf(await this.store.current(tx, [incidentId]));
      const { firstObservedAt } = incident;
      const problems = detailProblems(current, asked, { now, firstObservedAt });
      if (problems.length > 0) throw new BadInput(problems);
      const changes = realChanges(current, asked);
      if (Object.keys(changes).length > 0) await this.write(tx, viewer.id, incident, changes, now);
      return incident;
    });
  }

  private async write(
    tx: Transaction,
    actor: string,
    { id, drillId }: IncidentRow,
    changes: DetailChanges,
    now: Date,
  ): Promise<void> {
    const revision = await this.store.nextRevision(tx, id);
    const by = { incidentId: id, revision, recordedBy: actor, recordedAt: now, supersededAt: null };
    const rows = Object.entries(changes).map(([field, detail]) => ({
      ...by,
      field: field as DetailField,
      ...(detail ?? { value: null, source: null, certainty: null }),
    }));
    await this.store.put(tx, rows);
    const measured = rows.filter(({ field, value }) => value !== null && isMeasured(field));
    await this.ledger.append(tx, {
      kind: DETAILS_RECORDED,
      subject: id,
      at: now,
      actor,
      facts: { revision, ...(drillId && { drillId }), details: rows.map(entryOf) },
      ...(measured.length > 0 && {
        sensitive: Object.fromEntries(measured.map(({ field, value }) => [field, value])),
      }),
    });
  }
}

type Recorded = Pick<DetailRow, 'field' | 'value' | 'source' | 'certainty'>;

function entryOf({ field, value, source, certainty }: Recorded): object {
  if (value === null) return { field, withdrawn: true };
  return { field, source, certainty, ...(!isMeasured(field) && { value }) };
}

/** @throws Conflict */
export function requireItsOwn({ state, mergedInto }: IncidentRow): void {
  if (state === 'MERGED')
    throw new Conflict(
      `This incident was merged into ${mergedInto}: record it there, or split them first.`,
    );
}

const detailsOf = (rows: DetailRow[]): StandingDetails =>
  Object.fromEntries(
    rows.map(({ field, value, source, certainty, recordedAt }) => [
      field,
      { value: value!, source: source!, certainty: certainty!, recordedAt },
    ]),
  );
