import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Checkpoints, redactions, legal holds, and what a retention schedule has to find. */
export class CourtLedger20261127040000 implements MigrationInterface {
  name = 'CourtLedger20261127040000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [DISCLOSURES, CHECKPOINTS, ERASURE, GRANTS]) await runner.query(part);
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
      ALTER TABLE ledger_disclosure DROP COLUMN entry;
    `);
  }
}

/** In a function, not in the service: processes of the version before append, too. */
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
    -- the value that this entry vouches for, put there just before
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

const GRANTS = `
  GRANT SELECT, INSERT ON ledger_tile, ledger_checkpoint TO campana_service;
  GRANT SELECT, INSERT, UPDATE ON redaction, legal_hold TO campana_service;
`;
