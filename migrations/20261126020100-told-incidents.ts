import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A report joins what families were told of by when it was on. Beside the index: the query it serves. */
export class ToldIncidents20261126020100 implements MigrationInterface {
  name = 'ToldIncidents20261126020100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- a report, and suggested duplicates: what was on at a moment, near in latitude
      CREATE INDEX incident_told ON incident (latitude, ended_at) WHERE confirmed_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX incident_told`);
  }
}
