import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Two that work out what is reviewed of one incident do so one after the other. Before, whoever waited
 * for the other wrote what it had read before: a state that was no longer so, or words of a note that
 * had been withdrawn meanwhile.
 */
export class ReviewedInTurn20261127170000 implements MigrationInterface {
  name = 'ReviewedInTurn20261127170000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [signature, before, after] of CHANGES)
      await redefine(runner, signature, before, after);
    await runner.query(WRITTEN_TOO_LATE);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [signature, before, after] of CHANGES)
      await redefine(runner, signature, after, before);
  }
}

const WRITE = `    INSERT INTO incident_review AS kept
`;

/** What is read afterwards is as of then. */
const LOCK_AND_WRITE = `    PERFORM 1 FROM incident_review WHERE incident_id = ANY (ids) ORDER BY incident_id FOR UPDATE;
${WRITE}`;

const REFRESH_SETTLED = `    PERFORM incident_review_refresh(settled);
    INSERT INTO incident_review
      SELECT fresh.* FROM unnest(unsettled) one
        CROSS JOIN LATERAL (SELECT * FROM incident_review_source WHERE incident_id = one OFFSET 0) fresh
      WHERE NOT EXISTS (SELECT FROM incident_review known WHERE known.incident_id = one)
    ON CONFLICT (incident_id) DO NOTHING;
`;

/** A row that is not there cannot be locked: who makes it has it as it is, and others wait for that. */
const MAKE_THEN_REFRESH = `    WITH made AS (
      INSERT INTO incident_review
        SELECT fresh.* FROM (SELECT unnest(settled || unsettled) AS id ORDER BY 1) one
          CROSS JOIN LATERAL (SELECT * FROM incident_review_source WHERE incident_id = one.id OFFSET 0) fresh
        WHERE NOT EXISTS (SELECT FROM incident_review known WHERE known.incident_id = one.id)
      ON CONFLICT (incident_id) DO NOTHING RETURNING incident_id
    )
    SELECT array_agg(one) INTO settled FROM unnest(settled) one
    WHERE NOT EXISTS (SELECT FROM made WHERE made.incident_id = one);
    PERFORM incident_review_refresh(settled);
`;

const WRITTEN_TOO_LATE = `
  SELECT incident_review_refresh(array_agg(incident_id))
  FROM incident_review review JOIN incident ON incident.id = incident_id
  WHERE review.state <> incident.state
    OR EXISTS (SELECT FROM incident_note note WHERE note.incident_id = incident.id AND note.text IS NULL)`;

const CHANGES = [
  ['incident_review_refresh(uuid[])', WRITE, LOCK_AND_WRITE],
  ['incident_review_catch_up(bigint, bigint, integer)', REFRESH_SETTLED, MAKE_THEN_REFRESH],
] as const;

/** Changes the one place in a function. */
async function redefine(
  runner: QueryRunner,
  signature: string,
  before: string,
  after: string,
): Promise<void> {
  const [{ definition }] = (await runner.query(
    'SELECT pg_get_functiondef($1::regprocedure) AS definition',
    [signature],
  )) as [{ definition: string }];
  const parts = definition.split(before);
  if (parts.length !== 2) throw new Error(`${signature} is not the function that was made`);
  await runner.query(parts.join(after));
}
