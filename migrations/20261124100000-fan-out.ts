import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nearest first, and lanes that find the next batch. Beside the index: the query it serves. */
export class FanOut20261124100000 implements MigrationInterface {
  name = 'FanOut20261124100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE delivery ADD COLUMN planned_ring int NOT NULL DEFAULT 0;
      -- claimNext: the first batch of a delivery that still owes something.
      CREATE INDEX delivery_batch_owed ON delivery_batch (delivery_id, ordinal)
        WHERE cardinality(pending) > 0;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX delivery_batch_owed;
      ALTER TABLE delivery DROP COLUMN planned_ring;
    `);
  }
}
