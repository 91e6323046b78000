import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Evidence can be destroyed, by two people or by the schedule: the files go, the row stays and says so.
 * Beside the index: the query it serves.
 */
export class EvidenceDestroyed20261127135000 implements MigrationInterface {
  name = 'EvidenceDestroyed20261127135000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER evidence_destroyed_once ON evidence;
      DROP FUNCTION evidence_stays_destroyed;
      DROP INDEX evidence_kept;
      ALTER TABLE evidence DROP COLUMN destroyed_at, DROP COLUMN destroyed_by, DROP COLUMN destruction`);
  }
}

const UP = `
  ALTER TABLE evidence
    ADD COLUMN destroyed_at timestamptz(3),
    ADD COLUMN destroyed_by uuid REFERENCES staff,
    ADD COLUMN destruction text CHECK (destruction IN ('RETENTION', 'PERSON_NAMED',
      'MINOR_IDENTIFIABLE', 'WITNESS_AT_RISK', 'REQUEST_OF_PERSON', 'COURT_ORDER', 'FILED_IN_ERROR')),
    -- the schedule has no name, two people do
    ADD CONSTRAINT evidence_destroyed_check CHECK ((destroyed_at IS NULL) = (destruction IS NULL)
      AND (destroyed_by IS NULL) = (coalesce(destruction, 'RETENTION') = 'RETENTION'));
  -- those that are due, the oldest first
  CREATE INDEX evidence_kept ON evidence (added_at, id) WHERE destroyed_at IS NULL;
  GRANT UPDATE (destroyed_at, destroyed_by, destruction) ON evidence TO campana_service;

  -- what is gone does not come back
  CREATE FUNCTION evidence_stays_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'evidence % was destroyed', OLD.id USING ERRCODE = 'restrict_violation';
  END $$;
  CREATE TRIGGER evidence_destroyed_once BEFORE UPDATE ON evidence FOR EACH ROW
    WHEN (OLD.destroyed_at IS NOT NULL) EXECUTE FUNCTION evidence_stays_destroyed();
`;
