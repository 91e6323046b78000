import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is reviewed of an incident is read by its id, one after another. Of many at once the plan was
 * made for what PostgreSQL believed of the tables: on a network whose tables it had not looked at yet, each
 * report read all incidents there were, after planning for longer than that takes.
 */
export class ReviewOneByOne20261127160000 implements MigrationInterface {
  name = 'ReviewOneByOne20261127160000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ONE_BY_ONE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(AT_ONCE);
  }
}

const AT_ONCE = `
  CREATE OR REPLACE FUNCTION incident_review_refresh(ids uuid[]) RETURNS void
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
`;

const ONE_BY_ONE = `
  CREATE OR REPLACE FUNCTION incident_review_refresh(ids uuid[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
  BEGIN
    IF ids IS NULL THEN
      RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('promised:' || district_id, 0))
      FROM (SELECT DISTINCT found.district_id FROM unnest(ids) one CROSS JOIN LATERAL (
        SELECT incident.district_id FROM incident WHERE incident.id = one OFFSET 0) found ORDER BY 1) district;
    INSERT INTO incident_review AS kept
      SELECT fresh.* FROM (SELECT DISTINCT unnest(ids) AS id ORDER BY 1) one
        CROSS JOIN LATERAL (SELECT * FROM incident_review_source WHERE incident_id = one.id OFFSET 0) fresh
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
