import { parse } from 'csv-parse/sync';
import { latLngToCell } from 'h3-js';
import type { Person } from './staff.js';
import type { TestDatabase } from './test-database.js';

export const EXPORT_JOB = `
  id format state rows total bytes sha256 synthetic fileName path manifestPath deletesAt`;
export const START_EXPORT = `mutation ($input: StartExportInput!) {
  startExport(input: $input) { ${EXPORT_JOB} }
}`;
export const JOB = `query ($id: ID!) { exportJob(id: $id) { ${EXPORT_JOB} } }`;
export const ASK_RELEASE = `mutation ($input: AskIdentityReleaseInput!) {
  askIdentityRelease(input: $input) { id state reason filter askedBy answeredBy lapsesAt }
}`;
export const ANSWER_RELEASE = `mutation ($input: AnswerIdentityReleaseInput!) {
  answerIdentityRelease(input: $input) { id state answeredBy }
}`;
export const RELEASES = `{ identityReleases { edges { node { id state reason } } } }`;

/** A request of somebody for what leaves by HTTP. */
export const get = (url: string, path: string, person?: Person, headers: object = {}) =>
  fetch(url + path, {
    headers: { ...headers, ...(person && { authorization: `Bearer ${person.token}` }) },
  });

/** A table as records, by its heads. */
export const recordsOf = (csv: string): Record<string, string>[] =>
  parse(csv, { columns: true }) as Record<string, string>[];

const KISSIMMEE = { latitude: 28.2919, longitude: -81.4076 };

/**
 * So many incidents at once, past every rule of the service: cleared, at one school, a minute apart
 * from a moment on.
 */
export async function seedIncidents(
  { query }: TestDatabase,
  count: number,
  { synthetic = false, from = '2024-01-01T12:00:00Z' } = {},
): Promise<void> {
  const { latitude, longitude } = KISSIMMEE;
  const cell = BigInt(`0x${latLngToCell(latitude, longitude, 9)}`).toString();
  await query(
    `INSERT INTO incident (id, state, school_id, district_id, latitude, longitude, activity, agency,
       agents, vehicles, reports, first_observed_at, last_observed_at, opened_at, verified_at,
       radius_meters, ended_at, cleared_at, corrected_at, time_zone, cell, synthetic)
     SELECT gen_random_uuid(), 'CLEARED', school.id, school.district_id, $2, $3, 'VEHICLE_STOP', 'ICE',
       3, 2, 1, at, at, at + interval '1 minute', at + interval '5 minutes', 1500,
       at + interval '1 hour', at + interval '1 hour', at + interval '1 hour', 'America/New_York',
       $4, $5
     FROM (SELECT id, district_id FROM school WHERE open AND district_id = '1201470'
         ORDER BY id LIMIT 1) AS school,
       LATERAL (SELECT $6::timestamptz + n * interval '1 minute' AS at
         FROM generate_series(1, $1::int) AS n) AS moments`,
    [count, latitude, longitude, cell, synthetic, from],
  );
}

/** What the ledger holds of one subject, in its order. */
export async function entriesOf({ query }: TestDatabase, subject: string) {
  const rows = await query<{ entry: Record<string, any> }>(
    `SELECT convert_from(body, 'UTF8')::jsonb AS entry FROM ledger_entry WHERE subject = $1 ORDER BY seq`,
    [subject],
  );
  return rows.map(({ entry }) => entry);
}
