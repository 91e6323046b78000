import { createHash, randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';
import { serve } from '../support/server.js';
import type { Filing } from './filings.js';

export interface BareSetup {
  databaseUrl: string;
  connections: number;
  /** Who is said to have filed, and where; a bare service looks nothing up. */
  authorId: string;
  schoolId: string;
  districtId: string;
}

const INCIDENT = `INSERT INTO bare.incident (id, state, school_id, district_id, latitude, longitude,
    activity, agency, agents, vehicles, reports, first_observed_at, last_observed_at, opened_at)
  VALUES ($1, 'UNVERIFIED', $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10, now())`;
const REPORT = `INSERT INTO bare.report (id, incident_id, author_id, fingerprint, filed_at,
    observed_at, latitude, longitude, accuracy_meters, vantage, agents, vehicles, activity, agency,
    identified_by, equipment, narrative, drill)
  VALUES ($1, $2, $3, $4, now(), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, false)`;
const LEDGER = `INSERT INTO bare.ledger_entry (seq, kind, subject, recorded_at, body, leaf, head)
  VALUES (nextval('bare.ledger_seq'), 'REPORT_FILED', $1, now(), $2, $3, $3)`;

/** Nothing but the inserts: no login, no rule, no search for what the report belongs to. */
serve(async (setup: BareSetup) => {
  const pool = new pg.Pool({ connectionString: setup.databaseUrl, max: setup.connections });
  const app = fastify();
  app.post('/reports', (request) => file(pool, setup, request.body as Filing));
  return app.listen({ port: 0, host: '127.0.0.1' });
});

async function file(pool: pg.Pool, setup: BareSetup, filing: Filing) {
  const incidentId = randomUUID();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await insert(client, setup, filing, incidentId);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  return { id: filing.id, incidentId };
}

async function insert(
  client: pg.PoolClient,
  { authorId, schoolId, districtId }: BareSetup,
  filing: Filing,
  incidentId: string,
): Promise<void> {
  const { id, observedAt, location, vantage, activity, size, unit } = filing;
  const { latitude, longitude, accuracyMeters } = location;
  const facts = [activity, unit.agency, size.agents, size.vehicles];
  await client.query(INCIDENT, [
    ...[incidentId, schoolId, districtId, latitude, longitude],
    ...[...facts, observedAt],
  ]);
  const body = Buffer.from(JSON.stringify(filing));
  const hash = createHash('sha256').update(body).digest();
  await client.query(REPORT, [
    ...[id, incidentId, authorId, hash, observedAt, latitude, longitude, accuracyMeters, vantage],
    ...[size.agents, size.vehicles, activity, unit.agency, unit.identifiedBy, filing.equipment],
    Buffer.from(filing.narrative),
  ]);
  await client.query(LEDGER, [incidentId, body, hash]);
}
