import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The words of each alert, signed once and kept. Alerts from before have none. */
export class SignedMessages20261124010000 implements MigrationInterface {
  name = 'SignedMessages20261124010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE alert ADD COLUMN payloads jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE alert DROP COLUMN payloads`);
  }
}
