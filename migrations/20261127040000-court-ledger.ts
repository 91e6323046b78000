import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Checkpoints, redactions, legal holds, and what a retention schedule has to find. */
export class CourtLedger20261127040000 implements MigrationInterface {
  name = 'CourtLedger20261127040000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [DISCLOSURES, APPEND_ALL, CHECKPOINTS, ERASURE, DESTROYED, GRANTS])
      await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE redaction, legal_hold, ledger_tile, ledger_checkpoint;
      DROP INDEX report_narrative, ledger_disclosure_entry;
      CREATE OR REPLACE FUNCTION ledger_append(entry_kind text, entry_subject uuid, entry_at timestamptz, entry_body bytea)
      RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        next_leaf bytea := sha256('\\x00'::bytea || entry_body);
        next_seq bigint;
        next_head bytea;
      BEGIN
        UPDATE ledger_head
          SET size = size + 1, head = sha256('\\x01'::bytea || head || next_leaf)
          RETURNING size, head INTO next_seq, next_head;
        INSERT INTO ledger_entry (seq, kind, subject, recorded_at, body, leaf, head)
          VALUES (next_seq, entry_kind, entry_subject, entry_at, entry_body, next_leaf, next_head);
        RETURN next_seq;
      END $$;
      DROP FUNCTION ledger_append_all;
      DROP TRIGGER ledger_head_forward_only ON ledger_head;
      CREATE TRIGGER ledger_head_forward_only BEFORE UPDATE ON ledger_head
        FOR EACH ROW WHEN (NEW.size <> OLD.size + 1) EXECUTE FUNCTION ledger_refuse_change();
      ALTER TABLE ledger_disclosure DROP COLUMN entry;
      DROP FUNCTION empty_policy_address, empty_incident_details;
      UPDATE district_policy SET source_url = 'https://' WHERE source_url IS NULL;
      ALTER TABLE district_policy ALTER COLUMN source_url SET NOT NULL;
    `);
  }
}

const DISCLOSURES = `
  ALTER TABLE ledger_disclosure ADD COLUMN entry bigint;
  UPDATE ledger_disclosure SET entry = naming.seq
    FROM (
      SELECT seq, decode(convert_from(body, 'UTF8')::jsonb ->> 'commitment', 'hex') AS commitment
      FROM ledger_entry WHERE position('"commitment":'::bytea IN body) > 0
    ) AS naming
    WHERE naming.commitment = ledger_disclosure.commitment;
  -- retention: the disclosures of the oldest entries
  CREATE UNIQUE INDEX ledger_disclosure_entry ON ledger_disclosure (entry);
`;

/**
 * Appends any number in one call, which moves the head once: as many updates of its one row in a
 * transaction are walked over again by each next one. Hashes are as ever. Whatever can be computed
 * without the head is computed before it is locked.
 */
const APPEND_ALL = `
  CREATE FUNCTION ledger_append_all(
    entry_kinds text[], entry_subjects uuid[], entry_ats timestamptz[], entry_bodies bytea[]
  )
  -- the sequence of the first
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    leaves bytea[];
    heads bytea[] := '{}';
    next_leaf bytea;
    last_head bytea;
    last_seq bigint;
  BEGIN
    -- most are: reports and decisions, which wait for one another here
    IF cardinality(entry_bodies) = 1 THEN
      next_leaf := sha256('\\x00'::bytea || entry_bodies[1]);
      UPDATE ledger_head
        SET size = size + 1, head = sha256('\\x01'::bytea || head || next_leaf)
        RETURNING size, head INTO STRICT last_seq, last_head;
      INSERT INTO ledger_entry (seq, kind, subject, recorded_at, body, leaf, head)
        VALUES (last_seq, entry_kinds[1], entry_subjects[1], entry_ats[1], entry_bodies[1], next_leaf, last_head);
      RETURN last_seq;
    END IF;
    SELECT array_agg(sha256('\\x00'::bytea || body) ORDER BY place) INTO leaves
      FROM unnest(entry_bodies) WITH ORDINALITY AS entry (body, place);
    SELECT size, head INTO STRICT last_seq, last_head FROM ledger_head FOR UPDATE;
    FOREACH next_leaf IN ARRAY coalesce(leaves, '{}') LOOP
      last_head := sha256('\\x01'::bytea || last_head || next_leaf);
      heads := array_append(heads, last_head);
    END LOOP;
    IF cardinality(heads) > 0 THEN
      INSERT INTO ledger_entry (seq, kind, subject, recorded_at, body, leaf, head)
        SELECT last_seq + place, kind, subject, recorded_at, body, leaf, head
        FROM unnest(entry_kinds, entry_subjects, entry_ats, entry_bodies, leaves, heads)
          WITH ORDINALITY AS entry (kind, subject, recorded_at, body, leaf, head, place);
      UPDATE ledger_head SET size = size + cardinality(heads), head = last_head;
    END IF;
    RETURN last_seq + 1;
  END $$;
  REVOKE ALL ON FUNCTION ledger_append_all FROM PUBLIC;

  DROP TRIGGER ledger_head_forward_only ON ledger_head;
  CREATE TRIGGER ledger_head_forward_only BEFORE UPDATE ON ledger_head
    FOR EACH ROW WHEN (NEW.size <= OLD.size) EXECUTE FUNCTION ledger_refuse_change();

  -- for processes of the version before: they put the value there first
  CREATE OR REPLACE FUNCTION ledger_append(entry_kind text, entry_subject uuid, entry_at timestamptz, entry_body bytea)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
  DECLARE
    next_seq bigint;
  BEGIN
    next_seq := ledger_append_all(ARRAY[entry_kind], ARRAY[entry_subject], ARRAY[entry_at], ARRAY[entry_body]);
    IF position('"commitment":'::bytea IN entry_body) > 0 THEN
      UPDATE ledger_disclosure SET entry = next_seq
        WHERE commitment = decode(convert_from(entry_body, 'UTF8')::jsonb ->> 'commitment', 'hex');
    END IF;
    RETURN next_seq;
  END $$;
`;

const CHECKPOINTS = `
  CREATE TABLE ledger_tile (
    level smallint NOT NULL,
    index bigint NOT NULL,
    hash bytea NOT NULL,
    -- proofs: the hashes of some complete subtrees of one level
    PRIMARY KEY (level, index)
  );
  CREATE TABLE ledger_checkpoint (
    -- the latest, and those before it
    made_at timestamptz(3) PRIMARY KEY,
    size bigint NOT NULL,
    root bytea NOT NULL,
    head bytea NOT NULL,
    published text NOT NULL
  );
  CREATE TRIGGER ledger_tile_append_only BEFORE UPDATE OR DELETE ON ledger_tile
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
  CREATE TRIGGER ledger_tile_no_truncate BEFORE TRUNCATE ON ledger_tile
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
  CREATE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR DELETE ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
  CREATE TRIGGER ledger_checkpoint_no_truncate BEFORE TRUNCATE ON ledger_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
`;

const ERASURE = `
  -- entry has no foreign key: rows of the ledger are never deleted, and nothing refers to them
  CREATE TABLE redaction (
    id uuid PRIMARY KEY,
    entry bigint NOT NULL,
    reason text NOT NULL,
    proposed_by uuid NOT NULL REFERENCES staff,
    proposed_at timestamptz(3) NOT NULL,
    lapses_at timestamptz(3) NOT NULL,
    outcome text CHECK (outcome IN ('APPROVED', 'REJECTED', 'LAPSED')),
    decided_by uuid REFERENCES staff CHECK (decided_by <> proposed_by OR outcome <> 'APPROVED'),
    decided_at timestamptz(3)
  );
  -- pendingRedactions; at most one of an entry waits
  CREATE UNIQUE INDEX redaction_standing ON redaction (entry) WHERE outcome IS NULL;

  CREATE TABLE legal_hold (
    id uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES incident,
    reason text NOT NULL,
    set_by uuid NOT NULL REFERENCES staff,
    set_at timestamptz(3) NOT NULL,
    lifted_by uuid REFERENCES staff,
    lifted_at timestamptz(3)
  );
  -- what is held; an incident is held once
  CREATE UNIQUE INDEX legal_hold_standing ON legal_hold (incident_id) WHERE lifted_at IS NULL;

  -- retention: the oldest narratives
  CREATE INDEX report_narrative ON report (filed_at) WHERE narrative IS NOT NULL;
`;

/** The service may not change what was recorded, but for emptying what belongs to a redacted entry. */
const DESTROYED = `
  ALTER TABLE district_policy ALTER COLUMN source_url DROP NOT NULL;
  CREATE FUNCTION empty_policy_address(of_policy uuid, of_version integer)
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE district_policy SET source_url = NULL WHERE id = of_policy AND version = of_version
  $$;
  CREATE FUNCTION empty_incident_details(of_incident uuid, of_revision integer, of_fields text[])
  RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE incident_detail SET value = NULL, source = NULL, certainty = NULL
    WHERE incident_id = of_incident AND revision = of_revision AND field = ANY(of_fields)
  $$;
  REVOKE ALL ON FUNCTION empty_policy_address, empty_incident_details FROM PUBLIC;
`;

const GRANTS = `
  GRANT EXECUTE ON FUNCTION ledger_append_all, empty_policy_address, empty_incident_details
    TO campana_service;
  GRANT SELECT, INSERT ON ledger_tile, ledger_checkpoint TO campana_service;
  GRANT SELECT, INSERT, UPDATE ON redaction, legal_hold TO campana_service;
`;
