import type { MigrationInterface, QueryRunner } from 'typeorm';

const STANDS = 'policy.withdrawn_at IS NULL';
const FOR_IT = 'promised_for(policy.source_url, incident.synthetic)';

/** What happened is held against no promise that `seed:history` made up. */
export class MadeUpPromises20261127130000 implements MigrationInterface {
  name = 'MadeUpPromises20261127130000';

  async up(runner: QueryRunner): Promise<void> {
    // As `isMadeUp` in src/schools/policy.ts has it.
    await runner.query(`
      CREATE FUNCTION promised_for(source_url text, synthetic boolean) RETURNS boolean
      LANGUAGE sql IMMUTABLE AS $$
        SELECT synthetic OR source_url IS NULL
          OR NOT starts_with(source_url, 'https://synthetic.example/')
      $$`);
    await redefine(runner, STANDS, `${STANDS} AND ${FOR_IT}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await redefine(runner, ` AND ${FOR_IT}`, '');
    await runner.query('DROP FUNCTION promised_for');
  }
}

/** Changes the one place in the view by which incidents are reviewed, and reviews what happened anew. */
async function redefine(runner: QueryRunner, before: string, after: string): Promise<void> {
  const [{ definition }] = (await runner.query(
    `SELECT pg_get_viewdef('incident_review_source'::regclass) AS definition`,
  )) as [{ definition: string }];
  const parts = definition.split(before);
  if (parts.length !== 2) throw new Error('incident_review_source is not the view that was made');
  await runner.query(`CREATE OR REPLACE VIEW incident_review_source AS ${parts.join(after)}`);
  await runner.query(`
    SELECT incident_review_refresh(array_agg(id)) FROM incident
    WHERE NOT synthetic AND EXISTS (SELECT FROM district_policy policy
      WHERE policy.district_id = incident.district_id
        AND starts_with(policy.source_url, 'https://synthetic.example/'))`);
}
