import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a merge or a split changed what is on without a message: feeds date themselves by it. */
export class RegroupedAlerts20261126020000 implements MigrationInterface {
  name = 'RegroupedAlerts20261126020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE alert ADD COLUMN regrouped_at timestamptz(3)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE alert DROP COLUMN regrouped_at`);
  }
}
