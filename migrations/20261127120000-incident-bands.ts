import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A report looks for incidents near it in place and time. By time alone all of the last hours were
 * read, by latitude alone all of the years: a band of a tenth of a degree comes before the time.
 */
export class IncidentBands20261127120000 implements MigrationInterface {
  name = 'IncidentBands20261127120000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX incident_observed;
      DROP INDEX incident_told;
      -- a late report, and suggested duplicates: incidents of any state near in time and latitude
      CREATE INDEX incident_observed ON incident (floor(latitude * 10), last_observed_at);
      -- the same, of what families were told: by when it was on
      CREATE INDEX incident_told ON incident (floor(latitude * 10), ended_at)
        WHERE confirmed_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX incident_observed;
      DROP INDEX incident_told;
      CREATE INDEX incident_observed ON incident (last_observed_at, latitude);
      CREATE INDEX incident_told ON incident (latitude, ended_at) WHERE confirmed_at IS NOT NULL;
    `);
  }
}
