import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the all-clear was sent, also of what was retracted afterwards. */
export class ClearedIncidents20261127000000 implements MigrationInterface {
  name = 'ClearedIncidents20261127000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE incident ADD COLUMN cleared_at timestamptz(3)`);
    await runner.query(`
      UPDATE incident SET cleared_at = cleared.sent
      FROM (SELECT incident_id, max(sent) AS sent FROM alert WHERE kind = 'ALL_CLEAR' GROUP BY 1) cleared
      WHERE incident.id = cleared.incident_id
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE incident DROP COLUMN cleared_at`);
  }
}
