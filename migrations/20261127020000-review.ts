import tzLookup from '@photostructure/tz-lookup';
import { latLngToCell } from 'h3-js';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is reviewed of incidents: one narrow row each, which triggers keep in the transaction of the
 * facts; notes of analysts; saved views; and which incidents were made up. Beside each index: the
 * query it serves.
 */
export class Review20261127020000 implements MigrationInterface {
  name = 'Review20261127020000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [INCIDENTS, NOTES, VIEWS, TABLE, SOURCE, REFRESH, INDEXES])
      await runner.query(part);
    await placeIncidents(runner);
    await runner.query('SELECT incident_review_refresh(array_agg(id)) FROM incident');
    for (const part of [TRIGGERS, GRANTS]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER incident_reviewed_insert ON incident;
      DROP TRIGGER incident_reviewed_update ON incident;
      DROP TRIGGER incident_synthetic_stays ON incident;
      DROP TRIGGER detail_reviewed_insert ON incident_detail;
      DROP TRIGGER detail_reviewed_update ON incident_detail;
      DROP TRIGGER policy_reviewed_insert ON district_policy;
      DROP TRIGGER policy_reviewed_update ON district_policy;
      DROP TRIGGER policy_reviewed_delete ON district_policy;
      DROP TRIGGER policy_reviewed_truncate ON district_policy;
      DROP TRIGGER school_reviewed_update ON school;
      DROP TABLE saved_view, incident_note, incident_review CASCADE;
      DROP FUNCTION incident_review_refresh, incident_review_incidents, incident_review_changed,
        incident_review_belonging, incident_review_policies, incident_review_everything,
        incident_review_schools, incident_local_time, incident_synthetic_stays;
      ALTER TABLE incident DROP COLUMN time_zone, DROP COLUMN cell, DROP COLUMN synthetic;
    `);
  }
}

const INCIDENTS = `
  ALTER TABLE incident
    -- of the school it is about; null, as by a process from before this: UTC
    ADD COLUMN time_zone text,
    -- H3 of resolution 9, as a number
    ADD COLUMN cell bigint,
    ADD COLUMN synthetic boolean NOT NULL DEFAULT false;

  CREATE FUNCTION incident_synthetic_stays() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'an incident is made up, or real, from its first report on'
      USING ERRCODE = 'check_violation';
  END $$;
  CREATE TRIGGER incident_synthetic_stays BEFORE UPDATE OF synthetic ON incident
    FOR EACH ROW WHEN (OLD.synthetic <> NEW.synthetic) EXECUTE FUNCTION incident_synthetic_stays();
  -- whether there is a synthetic one, or a real one
  CREATE INDEX incident_synthetic ON incident (synthetic, id);
`;

const NOTES = `
  CREATE TABLE incident_note (
    id uuid PRIMARY KEY,
    incident_id uuid NOT NULL REFERENCES incident,
    author_id uuid NOT NULL REFERENCES staff,
    written_at timestamptz(3) NOT NULL,
    -- sealed; null, and the next two with it: it was withdrawn
    text bytea,
    key_id text,
    -- digests of its words
    words text[],
    withdrawn_at timestamptz(3),
    withdrawn_by uuid REFERENCES staff,
    CONSTRAINT incident_note_withdrawn_check CHECK ((text IS NULL) = (withdrawn_at IS NOT NULL)
      AND (text IS NULL) = (key_id IS NULL) AND (text IS NULL) = (words IS NULL))
  );
  -- the notes of one incident, in order
  CREATE INDEX incident_note_incident ON incident_note (incident_id, written_at, id);
`;

const VIEWS = `
  CREATE TABLE saved_view (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES staff,
    organization_id uuid NOT NULL REFERENCES organization,
    shared boolean NOT NULL,
    -- name and filter, sealed: what is looked for may name somebody
    content bytea NOT NULL,
    key_id text NOT NULL,
    created_at timestamptz(3) NOT NULL,
    changed_at timestamptz(3) NOT NULL
  );
  -- the views of a person; and how many there are
  CREATE INDEX saved_view_owner ON saved_view (owner_id, created_at, id);
  -- those that others of the organization share
  CREATE INDEX saved_view_shared ON saved_view (organization_id, created_at, id) WHERE shared;
`;

const TABLE = `
  CREATE TABLE incident_review (
    incident_id uuid PRIMARY KEY REFERENCES incident ON DELETE CASCADE,
    reported_at timestamptz(3) NOT NULL,
    observed_at timestamptz(3) NOT NULL,
    time_zone text NOT NULL,
    local_day date NOT NULL,
    local_weekday smallint NOT NULL,
    local_hour smallint NOT NULL,
    us_state text NOT NULL,
    district_id text NOT NULL,
    school_id text NOT NULL,
    school_level text,
    agency text NOT NULL,
    activity text NOT NULL,
    state text NOT NULL,
    outcome text NOT NULL,
    authorities text[] NOT NULL,
    policies text[] NOT NULL,
    departures text[] NOT NULL,
    drill boolean NOT NULL,
    synthetic boolean NOT NULL,
    minutes_to_verify double precision,
    minutes_to_correct double precision,
    absences integer,
    absences_baseline integer,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    school_meters double precision NOT NULL,
    cell bigint,
    notes tsvector NOT NULL,
    codes text[] NOT NULL
  );

  -- A zone that this PostgreSQL does not know must not keep a report out.
  CREATE FUNCTION incident_local_time(at timestamptz, zone text) RETURNS timestamp
  LANGUAGE plpgsql STABLE AS $$
  BEGIN
    RETURN at AT TIME ZONE zone;
  EXCEPTION WHEN invalid_parameter_value THEN
    RETURN at AT TIME ZONE 'UTC';
  END $$;
`;

/** Departures as in src/incidents/advocacy/departures.ts; a test holds the two against one another. */
const SOURCE = `
  CREATE VIEW incident_review_source AS
  SELECT incident.id AS incident_id, incident.opened_at AS reported_at,
    incident.first_observed_at AS observed_at, zone.name AS time_zone, clock.at::date AS local_day,
    extract(isodow FROM clock.at)::smallint AS local_weekday,
    extract(hour FROM clock.at)::smallint AS local_hour,
    school.state AS us_state, incident.district_id, incident.school_id, level.name AS school_level,
    known.agency, incident.activity, incident.state, known.outcome, known.authorities,
    promised.kinds AS policies, departed.rules AS departures,
    incident.drill_id IS NOT NULL AS drill, incident.synthetic,
    CASE WHEN incident.state <> 'RECORDED' THEN
      (extract(epoch FROM incident.verified_at - incident.opened_at) / 60)::float8
    END AS minutes_to_verify,
    (extract(epoch FROM incident.corrected_at - incident.verified_at) / 60)::float8
      AS minutes_to_correct,
    (said.of ->> 'absences')::int AS absences,
    (said.of ->> 'absencesBaseline')::int AS absences_baseline,
    incident.latitude, incident.longitude, away.meters AS school_meters, incident.cell,
    COALESCE((SELECT array_to_tsvector(array_agg(DISTINCT word))
      FROM incident_note note, unnest(note.words) word WHERE note.incident_id = incident.id), '') AS notes,
    ARRAY['state:' || incident.state, 'outcome:' || known.outcome, 'agency:' || known.agency,
        'activity:' || incident.activity, 'departed:' || (cardinality(departed.rules) > 0)::text]
      || CASE WHEN level.name IS NULL THEN '{}' ELSE ARRAY['level:' || level.name] END
      || ARRAY(SELECT 'authority:' || one FROM unnest(known.authorities) one)
      || ARRAY(SELECT 'policy:' || one FROM unnest(promised.kinds) one)
      || ARRAY(SELECT 'departure:' || one FROM unnest(departed.rules) one) AS codes
  FROM incident JOIN school ON school.id = incident.school_id
  CROSS JOIN LATERAL (SELECT COALESCE(incident.time_zone, 'UTC') AS name) zone
  CROSS JOIN LATERAL (SELECT incident_local_time(incident.first_observed_at, zone.name) AS at) clock
  CROSS JOIN LATERAL (SELECT upper(btrim(school.level)) AS name) level
  CROSS JOIN LATERAL (
    SELECT COALESCE(jsonb_object_agg(field, value), '{}') AS of FROM incident_detail
    WHERE incident_id = incident.id AND superseded_at IS NULL AND value IS NOT NULL
  ) said
  CROSS JOIN LATERAL (
    SELECT COALESCE(array_agg(kind ORDER BY kind), '{}') AS kinds FROM district_policy policy
    WHERE policy.district_id = incident.district_id
      AND daterange(policy.effective_from, policy.effective_until, '[]') @> clock.at::date
      AND policy.superseded_at IS NULL AND policy.withdrawn_at IS NULL
  ) promised
  CROSS JOIN LATERAL (
    SELECT COALESCE(said.of ->> 'agencyConfirmed', NULLIF(incident.agency, 'UNKNOWN'),
        said.of ->> 'agencyClaimed', 'UNKNOWN') AS agency,
      COALESCE(incident.dismissal, incident.state) AS outcome,
      ARRAY(SELECT jsonb_array_elements_text(said.of -> 'authorityShown')) AS authorities
  ) known
  CROSS JOIN LATERAL (
    SELECT CASE WHEN incident.drill_id IS NOT NULL OR incident.state IN ('DISMISSED', 'RETRACTED', 'MERGED')
      THEN '{}'::text[] ELSE array_remove(ARRAY[
        CASE WHEN 'JUDICIAL_WARRANT_RULE' = ANY (promised.kinds)
          AND said.of ->> 'entryOutcome' = 'GRANTED' AND said.of ? 'authorityShown'
          AND NOT known.authorities && '{UNKNOWN,JUDICIAL_AO93,JUDICIAL_AO442,JUDICIAL_STATE}'
          THEN 'ENTRY_WITHOUT_JUDICIAL_WARRANT' END,
        CASE WHEN 'INFORMATION_SHARING_BAN' = ANY (promised.kinds)
          AND said.of ->> 'schoolSharedInformation' = 'YES' THEN 'INFORMATION_SHARED_BY_SCHOOL' END,
        CASE WHEN 'INFORMATION_SHARING_BAN' = ANY (promised.kinds)
          AND said.of ->> 'schoolPoliceSharedInformation' = 'YES'
          THEN 'INFORMATION_SHARED_BY_SCHOOL_POLICE' END,
        CASE WHEN 'WELCOMING_RESOLUTION' = ANY (promised.kinds)
          AND said.of ->> 'schoolPoliceAssisted' = 'YES' THEN 'POLICE_ASSISTED' END,
        CASE WHEN 'FAMILY_NOTIFICATION_RULE' = ANY (promised.kinds)
          AND said.of ->> 'familiesNotified' = 'NO' THEN 'FAMILIES_NOT_TOLD' END
      ], NULL) END AS rules
  ) departed
  CROSS JOIN LATERAL (
    SELECT 2 * 6371008.8 * asin(least(1, sqrt(
      power(sin(radians(school.latitude - incident.latitude) / 2), 2)
      + cos(radians(incident.latitude)) * cos(radians(school.latitude))
        * power(sin(radians(school.longitude - incident.longitude) / 2), 2)))) AS meters
  ) away;
`;

/**
 * Whoever changes what a district promised excludes, until its commit, whoever works out what held
 * there: so no row rests on what was about to change.
 */
const REFRESH = `
  CREATE FUNCTION incident_review_refresh(ids uuid[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    IF ids IS NULL THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('promised:' || district_id, 0))
      FROM (SELECT DISTINCT district_id FROM incident WHERE id = ANY (ids) ORDER BY 1) district;
    INSERT INTO incident_review AS kept
      SELECT * FROM incident_review_source WHERE incident_id = ANY (ids) ORDER BY incident_id
    ON CONFLICT (incident_id) DO UPDATE SET
      (observed_at, time_zone, local_day, local_weekday, local_hour, us_state, district_id, school_id,
        school_level, agency, activity, state, outcome, authorities, policies, departures,
        minutes_to_verify, minutes_to_correct, absences, absences_baseline, latitude, longitude,
        school_meters, cell, notes, codes)
      = (excluded.observed_at, excluded.time_zone, excluded.local_day, excluded.local_weekday,
        excluded.local_hour, excluded.us_state, excluded.district_id, excluded.school_id,
        excluded.school_level, excluded.agency, excluded.activity, excluded.state, excluded.outcome,
        excluded.authorities, excluded.policies, excluded.departures, excluded.minutes_to_verify,
        excluded.minutes_to_correct, excluded.absences, excluded.absences_baseline, excluded.latitude,
        excluded.longitude, excluded.school_meters, excluded.cell, excluded.notes, excluded.codes)
      WHERE (kept.*) IS DISTINCT FROM (excluded.*);
  END $$;

  CREATE FUNCTION incident_review_incidents() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    PERFORM incident_review_refresh((SELECT array_agg(id) FROM changed));
    RETURN NULL;
  END $$;

  CREATE FUNCTION incident_review_changed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    PERFORM incident_review_refresh((
      SELECT array_agg(id) FROM changed JOIN earlier USING (id)
      WHERE (changed.state, changed.dismissal, changed.school_id, changed.district_id, changed.latitude,
          changed.longitude, changed.activity, changed.agency, changed.first_observed_at,
          changed.verified_at, changed.corrected_at, changed.time_zone, changed.cell)
        IS DISTINCT FROM (earlier.state, earlier.dismissal, earlier.school_id, earlier.district_id,
          earlier.latitude, earlier.longitude, earlier.activity, earlier.agency,
          earlier.first_observed_at, earlier.verified_at, earlier.corrected_at, earlier.time_zone,
          earlier.cell)));
    RETURN NULL;
  END $$;

  CREATE FUNCTION incident_review_belonging() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    PERFORM incident_review_refresh((SELECT array_agg(DISTINCT incident_id) FROM changed));
    RETURN NULL;
  END $$;

  CREATE FUNCTION incident_review_policies() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('promised:' || district_id, 0))
      FROM (SELECT DISTINCT district_id FROM changed ORDER BY 1) district;
    PERFORM incident_review_refresh((
      SELECT array_agg(incident_id) FROM incident_review review WHERE EXISTS (
        SELECT FROM changed WHERE changed.district_id = review.district_id
          AND daterange(changed.effective_from, changed.effective_until, '[]') @> review.local_day)));
    RETURN NULL;
  END $$;

  CREATE FUNCTION incident_review_everything() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    PERFORM incident_review_refresh((SELECT array_agg(id) FROM incident));
    RETURN NULL;
  END $$;

  CREATE FUNCTION incident_review_schools() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    PERFORM incident_review_refresh((
      SELECT array_agg(incident.id) FROM changed JOIN earlier USING (id)
        JOIN incident ON incident.school_id = changed.id
      WHERE (changed.state, changed.level, changed.latitude, changed.longitude)
        IS DISTINCT FROM (earlier.state, earlier.level, earlier.latitude, earlier.longitude)));
    RETURN NULL;
  END $$;
`;

const INDEXES = `
  -- incidents, newest first, of everything, a state, a district, a school
  CREATE INDEX incident_review_reported ON incident_review (reported_at, incident_id);
  CREATE INDEX incident_review_state_reported ON incident_review (us_state, reported_at, incident_id);
  CREATE INDEX incident_review_district_reported
    ON incident_review (district_id, reported_at, incident_id);
  CREATE INDEX incident_review_school_reported ON incident_review (school_id, reported_at, incident_id);
  -- the same by when it was first observed; and those of a district on the days of a policy
  CREATE INDEX incident_review_observed ON incident_review (observed_at, incident_id);
  CREATE INDEX incident_review_state_observed ON incident_review (us_state, observed_at, incident_id);
  CREATE INDEX incident_review_district_observed
    ON incident_review (district_id, observed_at, incident_id);
  CREATE INDEX incident_review_school_observed ON incident_review (school_id, observed_at, incident_id);
  -- those of drills
  CREATE INDEX incident_review_drill ON incident_review (reported_at, incident_id) WHERE drill;
  -- a bounding box, a cell
  CREATE INDEX incident_review_place ON incident_review (latitude, longitude);
  CREATE INDEX incident_review_cell ON incident_review (cell);
  -- codes that are rare, and several at once; what waits to be merged into the index would be read by
  -- every query
  CREATE INDEX incident_review_codes ON incident_review USING gin (codes) WITH (fastupdate = off);
  -- words of notes
  CREATE INDEX incident_review_notes ON incident_review USING gin (notes) WITH (fastupdate = off);
`;

const TRIGGERS = `
  CREATE TRIGGER incident_reviewed_insert AFTER INSERT ON incident REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_incidents();
  CREATE TRIGGER incident_reviewed_update AFTER UPDATE ON incident
    REFERENCING NEW TABLE AS changed OLD TABLE AS earlier
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_changed();
  CREATE TRIGGER detail_reviewed_insert AFTER INSERT ON incident_detail REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_belonging();
  CREATE TRIGGER detail_reviewed_update AFTER UPDATE ON incident_detail REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_belonging();
  CREATE TRIGGER note_reviewed_insert AFTER INSERT ON incident_note REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_belonging();
  CREATE TRIGGER note_reviewed_update AFTER UPDATE ON incident_note REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_belonging();
  CREATE TRIGGER policy_reviewed_insert AFTER INSERT ON district_policy REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_policies();
  CREATE TRIGGER policy_reviewed_update AFTER UPDATE ON district_policy REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_policies();
  CREATE TRIGGER policy_reviewed_delete AFTER DELETE ON district_policy REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_policies();
  CREATE TRIGGER policy_reviewed_truncate AFTER TRUNCATE ON district_policy
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_everything();
  CREATE TRIGGER school_reviewed_update AFTER UPDATE ON school
    REFERENCING NEW TABLE AS changed OLD TABLE AS earlier
    FOR EACH STATEMENT EXECUTE FUNCTION incident_review_schools();
`;

/** Only the triggers write what is reviewed. A note is not changed, only withdrawn. */
const GRANTS = `
  REVOKE ALL ON FUNCTION incident_review_refresh FROM PUBLIC;
  GRANT SELECT ON incident_review TO campana_service;
  GRANT SELECT, INSERT ON incident_note TO campana_service;
  GRANT UPDATE (text, key_id, words, withdrawn_at, withdrawn_by) ON incident_note TO campana_service;
  GRANT SELECT, INSERT, UPDATE, DELETE ON saved_view TO campana_service;
`;

const PLACED_AT_ONCE = 5_000;

/** Zones and cells of the incidents there are. */
async function placeIncidents(runner: QueryRunner): Promise<void> {
  for (;;) {
    const rows = (await runner.query(
      `SELECT incident.id, incident.latitude, incident.longitude,
         school.latitude AS south, school.longitude AS west
       FROM incident JOIN school ON school.id = incident.school_id
       WHERE incident.cell IS NULL LIMIT ${PLACED_AT_ONCE}`,
    )) as (Record<'latitude' | 'longitude' | 'south' | 'west', number> & { id: string })[];
    if (rows.length === 0) return;
    await runner.query(
      `UPDATE incident SET time_zone = placed.zone, cell = placed.cell
       FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS placed (id, zone, cell)
       WHERE incident.id = placed.id`,
      [
        rows.map(({ id }) => id),
        rows.map(({ south, west }) => zoneAt(south, west)),
        rows.map(({ latitude, longitude }) =>
          BigInt(`0x${latLngToCell(latitude, longitude, 9)}`).toString(),
        ),
      ],
    );
  }
}

function zoneAt(latitude: number, longitude: number): string {
  try {
    return tzLookup(latitude, longitude);
  } catch {
    return 'UTC';
  }
}
