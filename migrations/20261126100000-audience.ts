import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An audience is read without looking at any device's row. Beside the index: the query it serves. */
export class Audience20261126100000 implements MigrationInterface {
  name = 'Audience20261126100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- the push devices of an audience: all but these
      CREATE INDEX subscription_pushless ON subscription (id) WHERE channel IS NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX subscription_pushless');
  }
}
