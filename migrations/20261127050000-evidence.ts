import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Photos and documents of incidents. The files lie sealed in a storage outside the database, under keys
 * that stand here. Beside each index: the query it serves.
 */
export class Evidence20261127050000 implements MigrationInterface {
  name = 'Evidence20261127050000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [ORIGINALS, COPIES, PENDING, GRANTS]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE evidence_pending, evidence_copy, evidence');
  }
}

const ORIGINALS = `
  CREATE TABLE evidence (
    id uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES incident,
    added_by uuid NOT NULL REFERENCES staff,
    added_at timestamptz(3) NOT NULL,
    type text NOT NULL CHECK (type IN ('JPEG', 'PNG', 'WEBP', 'HEIC', 'PDF')),
    bytes integer NOT NULL CHECK (bytes BETWEEN 1 AND 15728640),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    object_key uuid NOT NULL,
    key_id text NOT NULL,
    unreadable_at timestamptz(3),
    withdrawn_at timestamptz(3),
    withdrawn_by uuid REFERENCES staff,
    withdrawal text CHECK (withdrawal IN ('WRONG_INCIDENT', 'DUPLICATE', 'NOT_EVIDENCE',
      'PRIVATE_PERSON', 'CONSENT_WITHDRAWN')),
    CONSTRAINT evidence_withdrawn_check CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)
      AND (withdrawn_at IS NULL) = (withdrawal IS NULL))
  );
  -- those of an incident, in order
  CREATE INDEX evidence_incident ON evidence (incident_id, added_at, id);
  -- whether a stored file is needed
  CREATE UNIQUE INDEX evidence_object ON evidence (object_key);
`;

const COPIES = `
  CREATE TABLE evidence_copy (
    evidence_id uuid NOT NULL REFERENCES evidence,
    version integer NOT NULL CHECK (version > 0),
    made_at timestamptz(3) NOT NULL,
    made_by uuid REFERENCES staff,
    media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'application/pdf')),
    bytes integer NOT NULL CHECK (bytes > 0),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    pages jsonb NOT NULL,
    regions jsonb NOT NULL,
    object_key uuid NOT NULL,
    key_id text NOT NULL,
    cleared_at timestamptz(3),
    cleared_by uuid REFERENCES staff,
    faces text CHECK (faces IN ('COVERED', 'NONE_THERE')),
    plates text CHECK (plates IN ('COVERED', 'NONE_THERE')),
    -- those of one original, in order
    PRIMARY KEY (evidence_id, version),
    -- the first is made by the service, every other by whoever covered something
    CONSTRAINT evidence_copy_made_check CHECK ((version = 1) = (made_by IS NULL)),
    CONSTRAINT evidence_copy_cleared_check CHECK ((cleared_at IS NULL) = (cleared_by IS NULL)
      AND (cleared_at IS NULL) = (faces IS NULL) AND (cleared_at IS NULL) = (plates IS NULL))
  );
  -- whether a stored file is needed
  CREATE UNIQUE INDEX evidence_copy_object ON evidence_copy (object_key);
`;

const PENDING = `
  -- what is being stored, and no row needs yet
  CREATE TABLE evidence_pending (
    key uuid PRIMARY KEY,
    put_at timestamptz(3) NOT NULL,
    dropped_at timestamptz(3)
  );
`;

/** What was received and made is not changed; what is said of it is said once. */
const GRANTS = `
  GRANT SELECT, INSERT ON evidence, evidence_copy TO campana_service;
  GRANT UPDATE (unreadable_at, withdrawn_at, withdrawn_by, withdrawal) ON evidence TO campana_service;
  GRANT UPDATE (cleared_at, cleared_by, faces, plates) ON evidence_copy TO campana_service;
  GRANT SELECT, INSERT, UPDATE, DELETE ON evidence_pending TO campana_service;
`;
