import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables of figures as they were published. Beside each index: the query it serves. */
export class PublishedFigures20261127050000 implements MigrationInterface {
  name = 'PublishedFigures20261127050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE published_figures (
        id uuid NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        us_state text CHECK (us_state ~ '^[A-Z]{2}$'),
        span text NOT NULL CHECK (span IN ('MONTH', 'QUARTER', 'SCHOOL_YEAR')),
        period text NOT NULL CHECK (period IN ('MONTH', 'QUARTER', 'SCHOOL_YEAR')),
        span_from date NOT NULL,
        span_to date NOT NULL,
        places text[] NOT NULL,
        periods text[] NOT NULL,
        figures jsonb NOT NULL,
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        synthetic boolean NOT NULL,
        published_at timestamptz(3) NOT NULL,
        published_by uuid NOT NULL REFERENCES staff,
        -- every version of one, in order
        PRIMARY KEY (id, version),
        CONSTRAINT published_figures_days_check CHECK (span_from < span_to),
        -- whatever the service says: no incident is counted in two tables that could be subtracted.
        -- A state is a number; a table of all states covers every number
        CONSTRAINT published_figures_overlap_excl EXCLUDE USING gist (
          (CASE WHEN us_state IS NULL THEN int4range(NULL, NULL)
            ELSE int4range(ascii(us_state) * 256 + ascii(substr(us_state, 2)),
              ascii(us_state) * 256 + ascii(substr(us_state, 2)), '[]') END) WITH &&,
          daterange(span_from, span_to) WITH &&
        ) WHERE (version = 1)
      );
      -- publishedFigures: the latest first
      CREATE INDEX published_figures_latest ON published_figures (published_at, id, version);
      -- what was published is not changed and not deleted; a correction is the next version
      GRANT SELECT, INSERT ON published_figures TO campana_service;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE published_figures');
  }
}
