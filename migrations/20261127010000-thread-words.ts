import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Words of a message for those who were told only of what was merged into its incident. */
export class ThreadWords20261127010000 implements MigrationInterface {
  name = 'ThreadWords20261127010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE alert ADD COLUMN threads jsonb NOT NULL DEFAULT '[]';
      ALTER TABLE delivery ADD COLUMN threads jsonb NOT NULL DEFAULT '{}';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE delivery DROP COLUMN threads;
      ALTER TABLE alert DROP COLUMN threads;
    `);
  }
}
