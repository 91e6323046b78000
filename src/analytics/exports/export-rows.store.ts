import { Injectable } from '@nestjs/common';
import { departuresOf } from '../../incidents/advocacy/departures.js';
import { conditionsOf, type ReadyFilter } from '../../incidents/review/filter-sql.js';
import type { IncidentState } from '../../incidents/incident-lifecycle.js';
import type { Transaction } from '../../platform/database.js';
import type { PolicyKindName } from '../../schools/policy.js';
import type { ExportRow } from './export-row.js';

/** Rows read at a time: some hundred kilobytes. */
export const BATCH = 200;

/** What keeps a slow reader's snapshot open; its connection is closed by the server before that. */
const READING = `SET LOCAL statement_timeout = '120s'; SET LOCAL idle_in_transaction_session_timeout = '120s'`;

type Read = Omit<ExportRow, 'departures' | 'policies'> & {
  incidentState: IncidentState;
  drill: boolean;
  /** With the order of their list. */
  policies: PolicyKindName[];
};

/** Everything of a batch, in the snapshot of the cursor. */
const WHOLE = `
  SELECT incident.id, incident.synthetic, review.outcome, incident.state AS "incidentState",
    review.drill, incident.merged_into AS "mergedInto", review.local_day::text AS day,
    incident.first_observed_at AS "firstObservedAt", incident.last_observed_at AS "lastObservedAt",
    incident.opened_at AS "openedAt", incident.verified_at AS "verifiedAt",
    incident.corrected_at AS "correctedAt", incident.reports, review.us_state AS state,
    district.id AS "districtId", district.name AS "districtName", school.id AS "schoolId",
    school.name AS "schoolName", incident.latitude, incident.longitude, incident.activity,
    incident.agency, incident.agents, incident.vehicles, review.policies,
    COALESCE((SELECT jsonb_object_agg(field, jsonb_build_object('value', value, 'source', source,
        'certainty', certainty))
      FROM incident_detail detail WHERE detail.incident_id = incident.id
        AND superseded_at IS NULL AND value IS NOT NULL), '{}') AS details
  FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (id, place)
    JOIN incident USING (id) JOIN incident_review review ON review.incident_id = incident.id
    JOIN school ON school.id = incident.school_id JOIN district ON district.id = incident.district_id
  ORDER BY asked.place`;

const PEOPLE = `
  SELECT incident.id,
    ARRAY(SELECT DISTINCT staff.display_name || ' (' || organization.name || ')'
      FROM incident_sighting sighting JOIN staff ON staff.id = sighting.author_id
        JOIN organization ON organization.id = staff.organization_id
      WHERE sighting.incident_id = incident.id ORDER BY 1) AS responders,
    (SELECT staff.display_name || ' (' || organization.name || ')'
      FROM staff JOIN organization ON organization.id = staff.organization_id
      WHERE staff.id = incident.verified_by) AS "verifiedBy"
  FROM incident WHERE id = ANY($1::uuid[])`;

/** What did not happen, or is told elsewhere, departs from nothing. */
const SILENT: ReadonlySet<IncidentState> = new Set(['DISMISSED', 'RETRACTED', 'MERGED']);

/** Reads what leaves, a batch at a time, by a cursor that the server keeps. */
@Injectable()
export class ExportRowsStore {
  /** How many there are, whether any is made up, and how the ledger stands: in this snapshot. */
  async outline(tx: Transaction, filter: ReadyFilter) {
    const { where, values } = conditionsOf(filter);
    await tx.query(READING);
    const [counted] = (await tx.query(
      `SELECT count(*)::int AS total, COALESCE(bool_or(review.synthetic), false) AS synthetic
       FROM incident_review review WHERE ${where}`,
      values,
    )) as { total: number; synthetic: boolean }[];
    const [ledger] = (await tx.query('SELECT size, head FROM ledger_head')) as {
      size: string;
      head: Buffer;
    }[];
    return { ...counted!, ledger: ledger! };
  }

  /** In the order in which they were reported. */
  async *rows(
    tx: Transaction,
    filter: ReadyFilter,
    released: boolean,
  ): AsyncGenerator<ExportRow[], void, undefined> {
    const { where, values } = conditionsOf(filter);
    await tx.query(
      `DECLARE export_rows NO SCROLL CURSOR FOR
       SELECT review.incident_id AS id FROM incident_review review WHERE ${where}
       ORDER BY review.reported_at, review.incident_id`,
      values,
    );
    for (;;) {
      const ids = (await tx.query(`FETCH ${BATCH} FROM export_rows`)) as { id: string }[];
      if (ids.length === 0) return;
      yield await this.whole(
        tx,
        ids.map(({ id }) => id),
        released,
      );
    }
  }

  private async whole(tx: Transaction, ids: string[], released: boolean): Promise<ExportRow[]> {
    const rows = ((await tx.query(WHOLE, [ids])) as Read[]).map(withDepartures);
    if (!released) return rows;
    const people = (await tx.query(PEOPLE, [ids])) as ({
      id: string;
    } & NonNullable<ExportRow['identities']>)[];
    const named = new Map(people.map((row) => [row.id, row]));
    return rows.map((row) => ({ ...row, identities: named.get(row.id) }));
  }
}

function withDepartures({ incidentState, drill, policies, ...row }: Read): ExportRow {
  const tellable = !drill && !SILENT.has(incidentState);
  const kinds = policies.map((kind) => ({ kind }));
  const departures = tellable
    ? departuresOf(row.details, kinds, incidentState !== 'UNVERIFIED')
    : [];
  return {
    ...row,
    policies,
    departures: departures.map(({ rule, certainty }) => ({ rule, certainty })),
  };
}
