import type { Transaction } from '../../platform/database.js';
import type { Rows } from './history-rows.js';

interface SchoolPlace {
  id: string;
  districtId: string;
  latitude: number;
  longitude: number;
  enrollment: number | null;
}

/** Writes a history into the tables of every room: for the command that makes one up, and nobody else. */
export class HistoryStore {
  /** Open schools, in the order of their ids. */
  async schools(tx: Transaction): Promise<SchoolPlace[]> {
    return tx.query(
      `SELECT id, district_id AS "districtId", latitude, longitude, enrollment FROM school
       WHERE open ORDER BY id`,
    );
  }

  /** Districts whose policies are known. */
  async promising(tx: Transaction): Promise<Set<string>> {
    const rows = (await tx.query('SELECT DISTINCT district_id AS id FROM district_policy')) as {
      id: string;
    }[];
    return new Set(rows.map(({ id }) => id));
  }

  /** Incidents that happened: not made up, and of no drill. */
  async hasReal(tx: Transaction): Promise<boolean> {
    const [row] = (await tx.query(
      `SELECT EXISTS (SELECT FROM incident WHERE NOT synthetic AND drill_id IS NULL) AS found`,
    )) as { found: boolean }[];
    return row!.found;
  }

  async has(tx: Transaction, organizationId: string): Promise<boolean> {
    const rows = await tx.query('SELECT FROM organization WHERE id = $1', [organizationId]);
    return (rows as unknown[]).length > 0;
  }

  /** What is reviewed of the incidents written so far. */
  async review(tx: Transaction): Promise<void> {
    await tx.query(
      `SELECT incident_review_catch_up(0, last, 1000000)
       FROM (SELECT max(noted) AS last FROM incident_unreviewed) noted WHERE last IS NOT NULL`,
    );
  }

  /** @param table never a name from outside. */
  async insert(tx: Transaction, table: string, rows: Rows): Promise<void> {
    if (rows.length === 0) return;
    const columns = Object.keys(rows[0]!).join(', ');
    await tx.query(
      `INSERT INTO ${table} (${columns})
       SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`,
      [JSON.stringify(rows)],
    );
  }
}
