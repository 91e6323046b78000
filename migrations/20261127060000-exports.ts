import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was taken out of the record, by whom, and who may name people. Beside each index: the query it
 * serves.
 */
export class Exports20261127060000 implements MigrationInterface {
  name = 'Exports20261127060000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [RELEASES, EXPORTS, OUTLINES, GRANTS]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE district_outline, export_fetch, export_run, identity_release');
  }
}

const RELEASES = `
  CREATE TABLE identity_release (
    id uuid PRIMARY KEY,
    asked_by uuid NOT NULL REFERENCES staff,
    asked_at timestamptz(3) NOT NULL,
    content bytea NOT NULL,
    key_id text NOT NULL,
    approved_by uuid REFERENCES staff,
    approved_at timestamptz(3),
    rejected_by uuid REFERENCES staff,
    rejected_at timestamptz(3),
    used_at timestamptz(3),
    -- whatever the service says: somebody else answers, one answer, used only when approved
    CONSTRAINT identity_release_second_person_check
      CHECK (approved_by <> asked_by AND rejected_by <> asked_by),
    CONSTRAINT identity_release_answer_check CHECK (
      (approved_by IS NULL) = (approved_at IS NULL) AND (rejected_by IS NULL) = (rejected_at IS NULL)
      AND (approved_at IS NULL OR rejected_at IS NULL)
      AND (used_at IS NULL OR approved_at IS NOT NULL))
  );
  -- identityReleases, newest first
  CREATE INDEX identity_release_asked ON identity_release (asked_at, id);
`;

const EXPORTS = `
  CREATE TABLE export_run (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('STREAM', 'FILE')),
    format text NOT NULL CHECK (format IN ('csv', 'ndjson', 'geojson', 'xlsx')),
    state text NOT NULL
      CHECK (state IN ('QUEUED', 'RUNNING', 'FINISHED', 'BROKEN_OFF', 'FAILED', 'DELETED')),
    asked_by uuid NOT NULL REFERENCES staff,
    role text NOT NULL,
    filter bytea NOT NULL,
    filter_key_id text NOT NULL,
    hxl boolean NOT NULL,
    release_id uuid REFERENCES identity_release,
    synthetic boolean,
    asked_at timestamptz(3) NOT NULL,
    finished_at timestamptz(3),
    deletes_at timestamptz(3),
    attempt integer NOT NULL,
    rows integer NOT NULL,
    total integer,
    bytes bigint,
    sha256 text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    ledger_size bigint,
    ledger_head bytea,
    file_key_id text
  );
  -- one release is for one export
  CREATE UNIQUE INDEX export_run_release ON export_run (release_id) WHERE release_id IS NOT NULL;
  -- exportJobs of one person, newest first; and how many of theirs are under way
  CREATE INDEX export_run_asked ON export_run (asked_by, asked_at, id);

  CREATE TABLE export_fetch (
    export_id uuid NOT NULL REFERENCES export_run,
    staff_id uuid NOT NULL REFERENCES staff,
    fetched_at timestamptz(3) NOT NULL,
    PRIMARY KEY (export_id, staff_id)
  );
`;

const OUTLINES = `
  CREATE TABLE district_outline (
    district_id text PRIMARY KEY REFERENCES district,
    outline jsonb NOT NULL,
    source text NOT NULL,
    imported_at timestamptz(3) NOT NULL
  );
`;

const GRANTS = `
  GRANT SELECT, INSERT, UPDATE ON export_run, district_outline TO campana_service;
  GRANT SELECT, INSERT ON identity_release, export_fetch TO campana_service;
  GRANT UPDATE (approved_by, approved_at, rejected_by, rejected_at, used_at)
    ON identity_release TO campana_service;
`;
