import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A table of what was made up, in a trial, does not stand in the way of what happened. */
export class TrialTables20261127150000 implements MigrationInterface {
  name = 'TrialTables20261127150000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(exclusion(`(int4range(synthetic::int, synthetic::int, '[]')) WITH &&,`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(exclusion(''));
  }
}

/** As it was made first, and apart from others by one more thing. */
const exclusion = (more: string) => `
  ALTER TABLE published_figures DROP CONSTRAINT published_figures_overlap_excl;
  ALTER TABLE published_figures ADD CONSTRAINT published_figures_overlap_excl EXCLUDE USING gist (
    ${more}
    (CASE WHEN us_state IS NULL THEN int4range(NULL, NULL)
      ELSE int4range(ascii(us_state) * 256 + ascii(substr(us_state, 2)),
        ascii(us_state) * 256 + ascii(substr(us_state, 2)), '[]') END) WITH &&,
    daterange(span_from, span_to) WITH &&
  ) WHERE (version = 1)`;
