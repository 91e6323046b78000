import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is recorded of an incident after the fact, and what each district had promised. Beside each
 * index: the query it serves.
 */
export class Advocacy20261126030000 implements MigrationInterface {
  name = 'Advocacy20261126030000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [POLICIES, DETAILS, GRANTS]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE incident_detail, district_policy');
  }
}

const POLICIES = `
  CREATE EXTENSION IF NOT EXISTS btree_gist;

  CREATE TABLE district_policy (
    id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    district_id text NOT NULL REFERENCES district,
    kind text NOT NULL CHECK (kind IN ('WELCOMING_RESOLUTION', 'JUDICIAL_WARRANT_RULE',
      'INFORMATION_SHARING_BAN', 'POLICE_AGREEMENT_MOU', 'SCHOOL_RESOURCE_OFFICERS',
      'AGREEMENT_287G', 'FAMILY_NOTIFICATION_RULE')),
    effective_from date NOT NULL,
    effective_until date,
    source_url text NOT NULL CHECK (source_url LIKE 'https://%'),
    source_sha256 text NOT NULL CHECK (source_sha256 ~ '^[0-9a-f]{64}$'),
    entered_at timestamptz(3) NOT NULL,
    entered_by uuid REFERENCES staff,
    import_sha256 text,
    superseded_at timestamptz(3),
    withdrawn_at timestamptz(3),
    withdrawn_by uuid REFERENCES staff,
    -- every version of one, in order
    PRIMARY KEY (id, version),
    CONSTRAINT district_policy_days_check CHECK (effective_until >= effective_from),
    CONSTRAINT district_policy_entered_check CHECK ((entered_by IS NULL) <> (import_sha256 IS NULL)),
    -- one of each kind and district holds on a day; and the policies in force that day:
    -- WHERE district_id = $1 AND daterange(...) @> $2
    CONSTRAINT district_policy_overlap_excl EXCLUDE USING gist (
      district_id WITH =, daterange(effective_from, effective_until, '[]') WITH &&, kind WITH =
    ) WHERE (superseded_at IS NULL AND withdrawn_at IS NULL)
  );
  -- amendPolicy, withdrawPolicy: the last version of one
  CREATE UNIQUE INDEX district_policy_current ON district_policy (id) WHERE superseded_at IS NULL;
`;

const DETAILS = `
  CREATE TABLE incident_detail (
    incident_id uuid NOT NULL REFERENCES incident,
    revision integer NOT NULL CHECK (revision > 0),
    field text NOT NULL,
    value jsonb,
    source text,
    certainty text CHECK (certainty IN ('DISPUTED', 'ALLEGED', 'CONFIRMED')),
    recorded_by uuid NOT NULL REFERENCES staff,
    recorded_at timestamptz(3) NOT NULL,
    superseded_at timestamptz(3),
    -- the history of one incident, in order
    PRIMARY KEY (incident_id, revision, field),
    CONSTRAINT incident_detail_withdrawn_check
      CHECK ((value IS NULL) = (source IS NULL) AND (value IS NULL) = (certainty IS NULL)),
    -- whatever the service says: codes, counts and times, and nobody's words
    CONSTRAINT incident_detail_coded_check CHECK (value::text ~
      '^([0-9]+|"[A-Z0-9_]{1,40}"|\\[("[A-Z0-9_]{1,40}"(, )?)+\\]|"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")$')
  );
  -- what stands of an incident, one of each field
  CREATE UNIQUE INDEX incident_detail_current ON incident_detail (incident_id, field)
    WHERE superseded_at IS NULL;
`;

/** What was entered is not changed and not deleted, only superseded. */
const GRANTS = `
  GRANT SELECT, INSERT ON district_policy, incident_detail TO campana_service;
  GRANT UPDATE (superseded_at, withdrawn_at, withdrawn_by) ON district_policy TO campana_service;
  GRANT UPDATE (superseded_at) ON incident_detail TO campana_service;
`;
