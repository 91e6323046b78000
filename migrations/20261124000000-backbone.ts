import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every table of the alert's path. Beside each index: the query it serves. */
export class Backbone20261124000000 implements MigrationInterface {
  name = 'Backbone20261124000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [
      ROLE,
      LEDGER,
      SCHOOLS,
      IDENTITY,
      SUBSCRIPTIONS,
      DELIVERY,
      ALERTS,
      INCIDENTS,
    ])
      await runner.query(part);
    await runner.query(GRANTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE report, incident_sighting, incident, alert, delivery_batch, delivery_host, delivery,
        subscription_area, subscription, session, invite, staff, organization, school, school_word, district,
        ledger_disclosure, ledger_entry, ledger_head;
      DROP FUNCTION ledger_append, ledger_refuse_change;
    `);
  }
}

const ROLE = `
  DO $$ BEGIN
    CREATE ROLE campana_service NOLOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $$;
  -- so that an owner who is no superuser may work under it
  GRANT campana_service TO CURRENT_USER;
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
`;

const LEDGER = `
  CREATE TABLE ledger_entry (
    seq bigint PRIMARY KEY,
    kind text NOT NULL,
    subject uuid NOT NULL,
    recorded_at timestamptz(3) NOT NULL,
    body bytea NOT NULL,
    leaf bytea NOT NULL,
    head bytea NOT NULL
  );
  -- the timeline of one incident: WHERE subject = $1 ORDER BY seq
  CREATE INDEX ledger_entry_subject ON ledger_entry (subject, seq);

  CREATE TABLE ledger_disclosure (
    commitment bytea PRIMARY KEY,
    salt bytea NOT NULL,
    key_id text NOT NULL,
    value bytea NOT NULL
  );

  CREATE TABLE ledger_head (
    id boolean PRIMARY KEY DEFAULT true CONSTRAINT ledger_head_one_row CHECK (id),
    size bigint NOT NULL,
    head bytea NOT NULL
  );
  INSERT INTO ledger_head (size, head) VALUES (0, sha256(''::bytea));

  -- leaf = SHA-256(0x00 || body), head_n = SHA-256(0x01 || head_{n-1} || leaf). The one head row
  -- serialises appends: it is locked from here to the end of the transaction.
  CREATE FUNCTION ledger_append(entry_kind text, entry_subject uuid, entry_at timestamptz, entry_body bytea)
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

  CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'insufficient_privilege';
  END $$;
  CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
  CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
  CREATE TRIGGER ledger_head_forward_only BEFORE UPDATE ON ledger_head
    FOR EACH ROW WHEN (NEW.size <> OLD.size + 1) EXECUTE FUNCTION ledger_refuse_change();
  CREATE TRIGGER ledger_head_no_delete BEFORE DELETE OR TRUNCATE ON ledger_head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
`;

const SCHOOLS = `
  CREATE TABLE district (
    id text PRIMARY KEY,
    name text NOT NULL,
    state text NOT NULL
  );
  -- district_id has no foreign key: the import, its one writer, makes each school's district in the
  -- same transaction, and a check per row would cost it more than all the rest
  CREATE TABLE school (
    id text PRIMARY KEY,
    name text NOT NULL,
    street text NOT NULL,
    city text NOT NULL,
    state text NOT NULL,
    zip text NOT NULL,
    county text NOT NULL,
    level text,
    enrollment integer,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    open boolean NOT NULL,
    district_id text NOT NULL,
    words text[] NOT NULL
  );
  -- schools(search): schools with any of these words in name or city
  CREATE INDEX school_words ON school USING gin (words);
  -- schools(near), and the school nearest to a report: a box of latitudes and longitudes
  CREATE INDEX school_place ON school (latitude, longitude);
  -- schools(districtId)
  CREATE INDEX school_district ON school (district_id);

  CREATE TABLE school_word (
    word text PRIMARY KEY
  );
  -- schools(search): the words that a misspelled one resembles
  CREATE INDEX school_word_trigrams ON school_word USING gin (word gin_trgm_ops);
  GRANT SELECT, INSERT ON school_word TO campana_service;
`;

const IDENTITY = `
  CREATE TABLE organization (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz(3) NOT NULL
  );
  -- inviteStaff: the organization of this name, in whatever case it is written
  CREATE UNIQUE INDEX organization_name ON organization (lower(name));

  CREATE TABLE staff (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization,
    display_name text NOT NULL,
    role text NOT NULL CHECK (role IN ('RESPONDER', 'DISPATCHER', 'ANALYST', 'ADMIN')),
    certified_until date,
    invited_by uuid REFERENCES staff,
    suspended_at timestamptz(3),
    created_at timestamptz(3) NOT NULL
  );
  -- is there an admin; the list of staff by role
  CREATE INDEX staff_role ON staff (role, created_at, id);

  CREATE TABLE invite (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    role text NOT NULL CHECK (role IN ('RESPONDER', 'DISPATCHER', 'ANALYST', 'ADMIN')),
    organization_id uuid NOT NULL REFERENCES organization,
    display_name text,
    certified_until date,
    invited_by uuid REFERENCES staff,
    expires_at timestamptz(3) NOT NULL,
    accepted_at timestamptz(3),
    created_at timestamptz(3) NOT NULL
  );
  -- acceptInvite
  CREATE UNIQUE INDEX invite_token ON invite (token_hash);

  CREATE TABLE session (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL REFERENCES staff,
    created_at timestamptz(3) NOT NULL,
    expires_at timestamptz(3) NOT NULL
  );
  -- every staff request
  CREATE UNIQUE INDEX session_token ON session (token_hash);
  -- suspension ends all sessions of a person
  CREATE INDEX session_staff ON session (staff_id);
`;

const SUBSCRIPTIONS = `
  CREATE TABLE subscription (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL,
    channel bytea,
    channel_key_id text,
    endpoint_index bytea,
    vapid_key_id text,
    locale text NOT NULL,
    last_seen_week date NOT NULL,
    missing_since date
  );
  -- mySubscription and every other call of a family
  CREATE UNIQUE INDEX subscription_token ON subscription (token_hash);
  -- subscribe: one row per endpoint
  CREATE UNIQUE INDEX subscription_endpoint ON subscription (endpoint_index);

  CREATE TABLE subscription_area (
    tag bytea NOT NULL,
    subscription_id uuid NOT NULL REFERENCES subscription ON DELETE CASCADE,
    -- the audience of an alert: WHERE tag = ANY($1), answered from the index alone
    PRIMARY KEY (tag, subscription_id)
  );
  -- updateSubscription replaces the areas of one device
  CREATE INDEX subscription_area_subscription ON subscription_area (subscription_id);
`;

const DELIVERY = `
  CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    incident_id uuid NOT NULL,
    ordinal integer NOT NULL,
    topic text NOT NULL,
    payloads jsonb NOT NULL,
    expires timestamptz(3) NOT NULL,
    reach text NOT NULL CHECK (reach IN ('AUDIENCE', 'TOLD', 'TOLD_AND_OWED')),
    created_at timestamptz(3) NOT NULL,
    planned_through uuid,
    planned_at timestamptz(3),
    closed_at timestamptz(3),
    completed_at timestamptz(3),
    audience integer NOT NULL DEFAULT 0,
    accepted integer NOT NULL DEFAULT 0,
    gone integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    first_accepted_at timestamptz(3),
    last_accepted_at timestamptz(3)
  );
  -- a follow-up reads the earlier deliveries of its incident
  CREATE UNIQUE INDEX delivery_incident ON delivery (incident_id, ordinal);

  CREATE TABLE delivery_batch (
    delivery_id uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    ordinal integer NOT NULL,
    pending uuid[] NOT NULL,
    told uuid[] NOT NULL DEFAULT '{}',
    unsure uuid[] NOT NULL DEFAULT '{}',
    gone uuid[] NOT NULL DEFAULT '{}',
    failed uuid[] NOT NULL DEFAULT '{}',
    attempts integer NOT NULL DEFAULT 0,
    claim uuid,
    claimed_until timestamptz(3),
    not_before timestamptz(3),
    -- one batch, by its job
    PRIMARY KEY (delivery_id, ordinal)
  );

  CREATE TABLE delivery_host (
    delivery_id uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    host text NOT NULL,
    sent integer NOT NULL,
    gone integer NOT NULL,
    -- the one-fifth rule, per push service
    PRIMARY KEY (delivery_id, host)
  );
`;

const ALERTS = `
  CREATE TABLE alert (
    id uuid PRIMARY KEY,
    incident_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('ALERT', 'UPDATE', 'ALL_CLEAR', 'RETRACTION')),
    change text,
    status text NOT NULL CHECK (status IN ('Actual', 'Exercise')),
    msg_type text NOT NULL CHECK (msg_type IN ('Alert', 'Update', 'Cancel')),
    urgency text NOT NULL,
    severity text NOT NULL,
    certainty text NOT NULL,
    response_type text NOT NULL,
    sent timestamptz(3) NOT NULL,
    onset timestamptz(3) NOT NULL,
    expires timestamptz(3) NOT NULL,
    ends timestamptz(3),
    "references" uuid[] NOT NULL,
    school_id text NOT NULL REFERENCES school,
    district_id text NOT NULL REFERENCES district,
    band text NOT NULL,
    facts jsonb NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    radius_meters integer NOT NULL,
    topic text NOT NULL,
    superseded_by uuid REFERENCES alert
  );
  -- the messages of one incident, in order
  CREATE INDEX alert_incident ON alert (incident_id, sent, id);
  -- activeAlerts: not superseded, not over
  CREATE INDEX alert_active ON alert (expires) WHERE superseded_by IS NULL;
  -- sockets: what was missed since a moment
  CREATE INDEX alert_sent ON alert (sent, id);
`;

const INCIDENTS = `
  CREATE TABLE incident (
    id uuid PRIMARY KEY,
    state text NOT NULL
      CHECK (state IN ('UNVERIFIED', 'ACTIVE', 'CLEARED', 'RETRACTED', 'DISMISSED', 'EXPIRED')),
    school_id text NOT NULL REFERENCES school,
    district_id text NOT NULL REFERENCES district,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    activity text NOT NULL,
    agency text NOT NULL,
    agents integer,
    vehicles integer,
    reports integer NOT NULL,
    first_observed_at timestamptz(3) NOT NULL,
    last_observed_at timestamptz(3) NOT NULL,
    opened_at timestamptz(3) NOT NULL,
    verified_at timestamptz(3),
    verified_by uuid REFERENCES staff,
    radius_meters integer,
    expires_at timestamptz(3),
    ended_at timestamptz(3),
    dismissal text
  );
  -- the open incident a report belongs to
  CREATE INDEX incident_open ON incident (latitude, last_observed_at)
    WHERE state IN ('UNVERIFIED', 'ACTIVE');
  -- incidents(filter), newest first
  CREATE INDEX incident_opened ON incident (opened_at, id);

  CREATE TABLE incident_sighting (
    report_id uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES incident,
    author_id uuid NOT NULL REFERENCES staff,
    vantage text NOT NULL,
    activity text NOT NULL,
    agency text NOT NULL,
    agents integer,
    vehicles integer,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    observed_at timestamptz(3) NOT NULL
  );
  -- the gate: who wrote a report of this incident
  CREATE INDEX incident_sighting_incident ON incident_sighting (incident_id, observed_at);

  CREATE TABLE report (
    id uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES incident,
    author_id uuid NOT NULL REFERENCES staff,
    fingerprint bytea NOT NULL,
    filed_at timestamptz(3) NOT NULL,
    observed_at timestamptz(3) NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    accuracy_meters integer,
    vantage text NOT NULL,
    agents integer,
    vehicles integer,
    activity text NOT NULL,
    agency text NOT NULL,
    identified_by text[] NOT NULL,
    equipment text[] NOT NULL,
    campus text,
    authority text,
    school_police text,
    narrative bytea,
    narrative_key_id text,
    drill boolean NOT NULL
  );
  -- the reports of one incident
  CREATE INDEX report_incident ON report (incident_id, filed_at, id);
`;

const GRANTS = `
  GRANT USAGE ON SCHEMA public TO campana_service;
  GRANT SELECT, INSERT, UPDATE, DELETE ON district, school, organization, staff, invite, session,
    subscription, subscription_area, delivery, delivery_batch, delivery_host, alert, incident,
    incident_sighting, report TO campana_service;
  GRANT SELECT ON ledger_entry, ledger_head TO campana_service;
  GRANT SELECT, INSERT, DELETE ON ledger_disclosure TO campana_service;
  REVOKE ALL ON FUNCTION ledger_append FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ledger_append TO campana_service;
`;
