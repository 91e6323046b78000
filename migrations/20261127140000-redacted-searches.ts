import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was searched for in an export, and why people were to be named, can be redacted. */
export class RedactedSearches20261127140000 implements MigrationInterface {
  name = 'RedactedSearches20261127140000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE export_run
        ALTER COLUMN filter DROP NOT NULL, ALTER COLUMN filter_key_id DROP NOT NULL;
      ALTER TABLE identity_release
        ALTER COLUMN content DROP NOT NULL, ALTER COLUMN key_id DROP NOT NULL;

      -- whatever the service says: what somebody else approved is taken away, and never exchanged
      CREATE FUNCTION identity_release_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'what was asked for is not changed' USING ERRCODE = 'check_violation';
      END $$;
      CREATE TRIGGER identity_release_stays BEFORE UPDATE ON identity_release FOR EACH ROW
        WHEN (NEW.content IS NOT NULL
          AND (NEW.content, NEW.key_id) IS DISTINCT FROM (OLD.content, OLD.key_id))
        EXECUTE FUNCTION identity_release_stays();
      GRANT UPDATE (content, key_id) ON identity_release TO campana_service;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      REVOKE UPDATE (content, key_id) ON identity_release FROM campana_service;
      DROP TRIGGER identity_release_stays ON identity_release;
      DROP FUNCTION identity_release_stays;
      UPDATE export_run SET filter = '', filter_key_id = '' WHERE filter IS NULL;
      UPDATE identity_release SET content = '', key_id = '' WHERE content IS NULL;
      ALTER TABLE export_run
        ALTER COLUMN filter SET NOT NULL, ALTER COLUMN filter_key_id SET NOT NULL;
      ALTER TABLE identity_release
        ALTER COLUMN content SET NOT NULL, ALTER COLUMN key_id SET NOT NULL;
    `);
  }
}
