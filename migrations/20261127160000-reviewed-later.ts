import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A report notes its new incident and leaves the row that is reviewed to whoever reads next; and what
 * it looks up before it writes is one call.
 */
export class ReviewedLater20261127160000 implements MigrationInterface {
  name = 'ReviewedLater20261127160000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [REFRESH, NOTED, CATCH_UP, AROUND, GRANTS, WRITTEN_TOO_LATE])
      await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT incident_review_refresh(array_agg(incident_id)) FROM incident_unreviewed;
      DROP TRIGGER incident_reviewed_insert ON incident;
      CREATE TRIGGER incident_reviewed_insert AFTER INSERT ON incident
        REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION incident_review_incidents();
      DROP FUNCTION incidents_around, incident_review_catch_up, incident_unreviewed_note;
      DROP TABLE incident_unreviewed;
    `);
    await runner.query(REFRESH_BEFORE);
  }
}

/** @param found what takes the districts' locks, and reads what is written */
const refreshed = (settings: string, found: string) => `
  CREATE OR REPLACE FUNCTION incident_review_refresh(ids uuid[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp ${settings} AS $$
  BEGIN
    IF ids IS NULL THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('promised:' || district_id, 0))
${found}
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
`;

/**
 * Each incident is read by its id, by plans that are made once: of many at once PostgreSQL planned anew
 * for each report, and on tables that it had not analyzed yet read all incidents there were. Two that
 * work out the same incident do so one after the other: whoever waits reads what there is afterwards.
 */
const REFRESH = refreshed(
  'SET plan_cache_mode = force_generic_plan SET enable_seqscan = off',
  `      FROM (SELECT DISTINCT found.district_id FROM unnest(ids) one CROSS JOIN LATERAL (
        SELECT incident.district_id FROM incident WHERE incident.id = one OFFSET 0) found ORDER BY 1) district;
    PERFORM 1 FROM incident_review WHERE incident_id = ANY (ids) ORDER BY incident_id FOR UPDATE;
    INSERT INTO incident_review AS kept
      SELECT fresh.* FROM (SELECT DISTINCT unnest(ids) AS id ORDER BY 1) one
        CROSS JOIN LATERAL (SELECT * FROM incident_review_source WHERE incident_id = one.id OFFSET 0) fresh`,
);

const REFRESH_BEFORE = refreshed(
  '',
  `      FROM (SELECT DISTINCT district_id FROM incident WHERE id = ANY (ids) ORDER BY 1) district;
    INSERT INTO incident_review AS kept
      SELECT * FROM incident_review_source WHERE incident_id = ANY (ids) ORDER BY incident_id`,
);

const NOTED = `
  -- incidents that are new since somebody last read what is reviewed; no foreign key: every report
  -- would pay for it, and an incident that is gone is passed over
  CREATE TABLE incident_unreviewed (
    -- those noted so far, in order
    noted bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id uuid NOT NULL
  );

  CREATE FUNCTION incident_unreviewed_note() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  BEGIN
    INSERT INTO incident_unreviewed (incident_id) VALUES (NEW.id);
    RETURN NULL;
  END $$;
  DROP TRIGGER incident_reviewed_insert ON incident;
  CREATE TRIGGER incident_reviewed_insert AFTER INSERT ON incident
    FOR EACH ROW EXECUTE FUNCTION incident_unreviewed_note();
`;

/**
 * One batch at a time, and one reader at a time: whoever waits here finds the rows of the one before.
 * While policies of a district are being written, what is reviewed there is worked out from those that
 * hold, and stays noted, so that whoever reads after that commit has it worked out again. Nobody waits
 * for it: the lock is only tried.
 */
const CATCH_UP = `
  -- the last that was looked at; null: there was none
  CREATE FUNCTION incident_review_catch_up(after_noted bigint, through bigint, most integer) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  DECLARE
    last bigint;
    done bigint[];
    settled uuid[];
    unsettled uuid[];
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('incident_unreviewed', 0));
    WITH batch AS MATERIALIZED (
      SELECT one.noted, one.incident_id, (SELECT district_id FROM incident WHERE id = one.incident_id)
      FROM incident_unreviewed one WHERE one.noted > after_noted AND one.noted <= through
      ORDER BY one.noted LIMIT most
    ), district AS MATERIALIZED (
      SELECT district_id, pg_try_advisory_xact_lock_shared(
        hashtextextended('promised:' || district_id, 0)) AS free
      FROM (SELECT DISTINCT district_id FROM batch WHERE district_id IS NOT NULL) one
    )
    SELECT max(noted), array_agg(noted) FILTER (WHERE free IS NOT FALSE),
      array_agg(incident_id) FILTER (WHERE free), array_agg(incident_id) FILTER (WHERE NOT free)
    INTO last, done, settled, unsettled
    FROM batch LEFT JOIN district USING (district_id);
    -- a row that is not there cannot be locked: who makes it has it as it is, and others wait
    WITH made AS (
      INSERT INTO incident_review
        SELECT fresh.* FROM (SELECT unnest(settled || unsettled) AS id ORDER BY 1) one
          CROSS JOIN LATERAL (SELECT * FROM incident_review_source WHERE incident_id = one.id OFFSET 0) fresh
        WHERE NOT EXISTS (SELECT FROM incident_review known WHERE known.incident_id = one.id)
      ON CONFLICT (incident_id) DO NOTHING RETURNING incident_id
    )
    SELECT array_agg(one) INTO settled FROM unnest(settled) one
    WHERE NOT EXISTS (SELECT FROM made WHERE made.incident_id = one);
    PERFORM incident_review_refresh(settled);
    DELETE FROM incident_unreviewed WHERE noted = ANY (done);
    RETURN last;
  END $$;
`;

/**
 * Incidents that a report may belong to, locked in one order, after the cells around it: so of two
 * reports near one another one at a time decides. Planned once: that takes longer than looking there.
 */
const AROUND = `
  CREATE FUNCTION incidents_around(
    places text[], of_drill uuid, bands float8[], south float8, north float8,
    west float8, east float8, west2 float8, east2 float8, since timestamptz, through timestamptz
  ) RETURNS SETOF incident LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(place, 0)) FROM unnest(places) AS place;
    RETURN QUERY SELECT incident.* FROM incident
      WHERE state <> 'MERGED' AND NOT synthetic AND drill_id IS NOT DISTINCT FROM of_drill
        AND floor(latitude * 10) = ANY (bands) AND latitude BETWEEN south AND north
        AND (longitude BETWEEN west AND east OR longitude BETWEEN west2 AND east2)
        AND first_observed_at <= through AND (last_observed_at >= since
          OR confirmed_at IS NOT NULL AND (ended_at IS NULL OR ended_at >= since))
      ORDER BY id FOR UPDATE;
  END $$;
`;

/** Only the function takes out what was noted, and only the trigger notes. */
const GRANTS = `
  REVOKE ALL ON FUNCTION incident_review_catch_up, incident_unreviewed_note FROM PUBLIC;
  GRANT SELECT ON incident_unreviewed TO campana_service;
  GRANT EXECUTE ON FUNCTION incident_review_catch_up TO campana_service;
`;

/** What was read before what it waited for, and written after that. */
const WRITTEN_TOO_LATE = `
  SELECT incident_review_refresh(array_agg(incident_id))
  FROM incident_review review JOIN incident ON incident.id = incident_id
  WHERE review.state <> incident.state
    OR EXISTS (SELECT FROM incident_note note WHERE note.incident_id = incident.id AND note.text IS NULL)`;
