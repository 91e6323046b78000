import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who follows what is kept in sixteen parts by the tag's first digit: an audience is read from its index
 * alone, which looks up for each follower whether its page of the table is visible to all. For 250 MB
 * of a table that is one page of the visibility map; with more, every follower lies on another than the
 * one before. Parts in the order of tags are read one after the other, and only as far as needed.
 */
export class AreaParts20261127170000 implements MigrationInterface {
  name = 'AreaParts20261127170000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA subscription_area_part');
    await replaced(runner, 'PARTITION BY RANGE (tag)', PARTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await replaced(runner, '', []);
    await runner.query('DROP SCHEMA subscription_area_part');
  }
}

const DIGITS = [...'0123456789abcdef'];

const PARTS = DIGITS.map((digit, index) => {
  const from = index === 0 ? 'MINVALUE' : `'\\x${digit}0'`;
  const to = DIGITS[index + 1] ? `'\\x${DIGITS[index + 1]}0'` : 'MAXVALUE';
  return `CREATE TABLE subscription_area_part.of_${digit} PARTITION OF subscription_area
    FOR VALUES FROM (${from}) TO (${to})`;
});

/** The same rows in a table that is made anew; its indexes are made when the rows are there. */
async function replaced(runner: QueryRunner, kind: string, parts: string[]): Promise<void> {
  await runner.query(`
    -- in the service's own order, since the foreign key is of both: who subscribes meanwhile waits
    LOCK TABLE subscription, subscription_area IN ACCESS EXCLUSIVE MODE;
    ALTER TABLE subscription_area RENAME TO subscription_area_before;
    CREATE TABLE subscription_area (tag bytea NOT NULL, subscription_id uuid NOT NULL) ${kind};
  `);
  for (const part of parts) await runner.query(part);
  await runner.query(`
    INSERT INTO subscription_area SELECT tag, subscription_id FROM subscription_area_before;
    DROP TABLE subscription_area_before;
    -- the audience of an alert: WHERE tag = ANY($1), answered from the index alone
    ALTER TABLE subscription_area ADD PRIMARY KEY (tag, subscription_id);
    ALTER TABLE subscription_area ADD FOREIGN KEY (subscription_id)
      REFERENCES subscription ON DELETE CASCADE;
    -- updateSubscription replaces the areas of one device
    CREATE INDEX subscription_area_subscription ON subscription_area (subscription_id);
    GRANT SELECT, INSERT, UPDATE, DELETE ON subscription_area TO campana_service;
    ANALYZE subscription_area;
  `);
}
