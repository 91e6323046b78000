import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Corroboration, approvals, merges, drills and the pause. Beside each index: the query it serves.
 */
export class Trust20261124020000 implements MigrationInterface {
  name = 'Trust20261124020000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [
      ...[LINEAGE, DRILLS, INCIDENTS, ALERTS, DELIVERY, DRILLS_APART],
      ...[SUBSCRIPTIONS, GRANTS],
    ])
      await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(NO_DRILLS);
    await runner.query(`
      DROP FUNCTION drill_apart, drill_stays CASCADE;
      DROP TABLE drill_area, alert_pause, incident_merge, incident_proposal;
      ALTER TABLE subscription DROP COLUMN drills;
      ALTER TABLE delivery DROP COLUMN exercise, DROP COLUMN joined,
        DROP CONSTRAINT delivery_reach_check,
        ADD CONSTRAINT delivery_reach_check CHECK (reach IN ('AUDIENCE', 'TOLD', 'TOLD_AND_OWED'));
      ALTER TABLE delivery_batch DROP COLUMN topic;
      ALTER TABLE alert DROP COLUMN joined;
      DROP INDEX report_author, alert_district, incident_drill, incident_merged, incident_observed;
      ALTER TABLE report DROP CONSTRAINT report_follows_sighting_fkey,
        ADD CONSTRAINT report_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incident;
      DROP INDEX incident_sighting_report;
      ALTER TABLE incident DROP COLUMN drill_id, DROP COLUMN merged_into, DROP COLUMN warn_at,
        DROP COLUMN confirmed_at, DROP COLUMN corrected_at,
        DROP CONSTRAINT incident_state_check,
        ADD CONSTRAINT incident_state_check
          CHECK (state IN ('UNVERIFIED', 'ACTIVE', 'CLEARED', 'RETRACTED', 'DISMISSED', 'EXPIRED'));
      ALTER TABLE invite DROP COLUMN invited_by_admin;
      ALTER TABLE staff DROP COLUMN invited_by_admin;
      DROP TABLE drill;
    `);
  }
}

/** Without its column a drill would pass for real. */
const NO_DRILLS = `
  DO $$ BEGIN
    IF EXISTS (SELECT FROM incident WHERE drill_id IS NOT NULL) THEN
      RAISE EXCEPTION 'there are drills: delete them and what belongs to them before going back';
    END IF;
  END $$;
`;

const LINEAGE = `
  ALTER TABLE staff ADD COLUMN invited_by_admin boolean NOT NULL DEFAULT true;
  UPDATE staff SET invited_by_admin = inviter.role = 'ADMIN'
    FROM staff inviter WHERE inviter.id = staff.invited_by;
  ALTER TABLE invite ADD COLUMN invited_by_admin boolean NOT NULL DEFAULT true;
  UPDATE invite SET invited_by_admin = inviter.role = 'ADMIN'
    FROM staff inviter WHERE inviter.id = invite.invited_by;
`;

const DRILLS = `
  CREATE TABLE drill (
    id uuid PRIMARY KEY,
    school_id text NOT NULL REFERENCES school,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    started_by uuid NOT NULL REFERENCES staff,
    started_at timestamptz(3) NOT NULL,
    ends_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3)
  );
  -- the drill that a drill report belongs to
  CREATE INDEX drill_running ON drill (started_at) WHERE ended_at IS NULL;
`;

const INCIDENTS = `
  ALTER TABLE incident
    ADD COLUMN drill_id uuid REFERENCES drill,
    ADD COLUMN merged_into uuid REFERENCES incident,
    ADD COLUMN warn_at timestamptz(3),
    ADD COLUMN confirmed_at timestamptz(3),
    ADD COLUMN corrected_at timestamptz(3),
    DROP CONSTRAINT incident_state_check,
    ADD CONSTRAINT incident_state_check CHECK (state IN ('UNVERIFIED', 'ACTIVE', 'CLEARED',
      'RETRACTED', 'DISMISSED', 'EXPIRED', 'RECORDED', 'MERGED'));
  -- the incidents of a drill; those that were merged into another
  UPDATE incident SET
    confirmed_at = (SELECT max(sent) FROM alert
      WHERE alert.incident_id = incident.id AND kind IN ('ALERT', 'UPDATE')),
    corrected_at = (SELECT max(sent) FROM alert
      WHERE alert.incident_id = incident.id AND kind IN ('ALL_CLEAR', 'RETRACTION')),
    warn_at = CASE WHEN state = 'ACTIVE' THEN expires_at - interval '10 minutes' END
  WHERE verified_at IS NOT NULL;

  CREATE INDEX incident_drill ON incident (drill_id) WHERE drill_id IS NOT NULL;
  CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into IS NOT NULL;
  -- a late report, and suggested duplicates: incidents of any state near in time and latitude
  CREATE INDEX incident_observed ON incident (last_observed_at, latitude);

  -- A report follows its sighting: merging and splitting move the one, PostgreSQL the other.
  CREATE UNIQUE INDEX incident_sighting_report ON incident_sighting (incident_id, report_id);
  ALTER TABLE report DROP CONSTRAINT report_incident_id_fkey,
    ADD CONSTRAINT report_follows_sighting_fkey FOREIGN KEY (incident_id, id)
      REFERENCES incident_sighting (incident_id, report_id) ON UPDATE CASCADE;

  -- myReports, newest first
  CREATE INDEX report_author ON report (author_id, filed_at, id);

  CREATE TABLE incident_proposal (
    incident_id uuid PRIMARY KEY REFERENCES incident,
    id uuid NOT NULL,
    proposed_by uuid NOT NULL REFERENCES staff,
    proposed_at timestamptz(3) NOT NULL,
    lapses_at timestamptz(3) NOT NULL,
    radius_meters integer NOT NULL,
    minutes integer NOT NULL,
    devices integer NOT NULL,
    reasons text[] NOT NULL,
    scene jsonb NOT NULL
  );

  CREATE TABLE incident_merge (
    id uuid PRIMARY KEY,
    from_id uuid NOT NULL REFERENCES incident,
    into_id uuid NOT NULL REFERENCES incident,
    report_ids uuid[] NOT NULL,
    from_state text NOT NULL,
    superseded uuid,
    merged_by uuid NOT NULL REFERENCES staff,
    merged_at timestamptz(3) NOT NULL,
    undone_at timestamptz(3)
  );
  -- splitIncident: the merge that these reports came by
  CREATE INDEX incident_merge_into ON incident_merge (into_id, merged_at);
`;

const ALERTS = `
  ALTER TABLE alert ADD COLUMN joined uuid[] NOT NULL DEFAULT '{}';
  -- the ceiling: alerts of a district in the last hour
  CREATE INDEX alert_district ON alert (district_id, sent) WHERE kind = 'ALERT';
`;

const DELIVERY = `
  ALTER TABLE delivery
    ADD COLUMN exercise boolean NOT NULL DEFAULT false,
    ADD COLUMN joined uuid[] NOT NULL DEFAULT '{}',
    DROP CONSTRAINT delivery_reach_check,
    ADD CONSTRAINT delivery_reach_check CHECK (reach IN ('AUDIENCE', 'DRILL', 'TOLD', 'TOLD_AND_OWED')),
    -- a drill has no live audience, and what is live no drill's
    ADD CONSTRAINT delivery_drill_apart_check
      CHECK (CASE WHEN exercise THEN reach <> 'AUDIENCE' ELSE reach <> 'DRILL' END);
  -- devices of a merged incident keep the Topic under which they were told
  ALTER TABLE delivery_batch ADD COLUMN topic text;

  CREATE TABLE alert_pause (
    id uuid PRIMARY KEY,
    paused_by uuid NOT NULL REFERENCES staff,
    paused_at timestamptz(3) NOT NULL,
    resumed_by uuid REFERENCES staff,
    resumed_at timestamptz(3)
  );
  -- whether sending is paused; at most one pause at a time
  CREATE UNIQUE INDEX alert_pause_open ON alert_pause ((resumed_at IS NULL)) WHERE resumed_at IS NULL;
`;

/** Whatever the service says: a drill's messages are exercises, nothing else is, and it stays so. */
const DRILLS_APART = `
  CREATE FUNCTION drill_apart() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    told_as_exercise boolean;
  BEGIN
    IF TG_TABLE_NAME = 'alert' THEN
      told_as_exercise := NEW.status = 'Exercise';
    ELSE
      told_as_exercise := NEW.exercise;
    END IF;
    IF told_as_exercise <> (SELECT drill_id IS NOT NULL FROM incident WHERE id = NEW.incident_id) THEN
      RAISE EXCEPTION 'a drill is told as an exercise, and nothing else is'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER alert_drill_apart BEFORE INSERT OR UPDATE OF incident_id, status ON alert
    FOR EACH ROW EXECUTE FUNCTION drill_apart();
  CREATE TRIGGER delivery_drill_apart BEFORE INSERT OR UPDATE OF incident_id, exercise ON delivery
    FOR EACH ROW EXECUTE FUNCTION drill_apart();

  CREATE FUNCTION drill_stays() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'an incident is of a drill, or real, from its first report on'
      USING ERRCODE = 'check_violation';
  END $$;
  CREATE TRIGGER incident_drill_stays BEFORE UPDATE OF drill_id ON incident
    FOR EACH ROW WHEN (OLD.drill_id IS DISTINCT FROM NEW.drill_id) EXECUTE FUNCTION drill_stays();
`;

const SUBSCRIPTIONS = `
  ALTER TABLE subscription ADD COLUMN drills boolean NOT NULL DEFAULT false;
  CREATE TABLE drill_area (
    tag bytea NOT NULL,
    subscription_id uuid NOT NULL REFERENCES subscription ON DELETE CASCADE,
    -- the audience of a drill: WHERE tag = ANY($1)
    PRIMARY KEY (tag, subscription_id)
  );
  -- updateSubscription replaces the drill areas of one device
  CREATE INDEX drill_area_subscription ON drill_area (subscription_id);
`;

const GRANTS = `
  GRANT SELECT, INSERT, UPDATE, DELETE ON drill, incident_proposal, incident_merge, alert_pause,
    drill_area TO campana_service;
`;
