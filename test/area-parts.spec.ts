import { randomBytes, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { AreaParts20261127170000 } from '../migrations/20261127170000-area-parts.js';
import { migrationSource } from '../src/platform/migrate.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

describe('who follows what, kept in parts', () => {
  let database: TestDatabase;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await migrationSource(database.url).initialize();
    const ids = Array.from({ length: 40 }, () => randomUUID());
    const tags = Array.from({ length: 50 }, () => randomBytes(32));
    await database.query(
      `INSERT INTO subscription (id, token_hash, locale, last_seen_week)
       SELECT id, uuid_send(id), 'en', now() FROM unnest($1::uuid[]) AS id`,
      [ids],
    );
    await database.query(
      'INSERT INTO subscription_area SELECT tag, id FROM unnest($1::bytea[]) tag, unnest($2::uuid[]) id',
      [tags, ids],
    );
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  /** What is there, and what holds of it, however it is kept. */
  async function contents() {
    const [rows] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n,
         md5(string_agg(tag::text || subscription_id, ',' ORDER BY tag, subscription_id)) AS digest
       FROM subscription_area`,
    );
    const rules = await database.query(
      `SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint
       WHERE conrelid = 'subscription_area'::regclass ORDER BY 1`,
    );
    const indexes = await database.query(
      `SELECT indexrelid::regclass::text AS name, indisvalid FROM pg_index
       WHERE indrelid = 'subscription_area'::regclass ORDER BY 1`,
    );
    const rights = await database.query(
      `SELECT right_of FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) right_of
       WHERE has_table_privilege('campana_service', 'subscription_area', right_of)`,
    );
    return { rows, rules, indexes, rights };
  }
  /** By itself: others may have followed it. */
  const migration = (way: 'up' | 'down') =>
    source.transaction((tx) => new AreaParts20261127170000()[way](tx.queryRunner!));
  const parts = async () =>
    (
      await database.query<{ part: string }>(
        'SELECT DISTINCT tableoid::regclass::text AS part FROM subscription_area',
      )
    ).length;

  it('is all there after it was put together and apart again', async () => {
    const before = await contents();
    expect(before).toMatchObject({ rows: { n: 2_000 }, rights: { length: 4 } });
    expect(await parts()).toBeGreaterThan(8);
    await migration('down');
    expect(await contents()).toEqual(before);
    expect(await parts()).toBe(1);
    await migration('up');
    expect(await contents()).toEqual(before);
    expect(await parts()).toBeGreaterThan(8);
  });

  it('is looked for in one part, by a plan that is made once', async () => {
    const [{ tag }] = (await database.query('SELECT tag FROM subscription_area LIMIT 1')) as [
      { tag: Buffer },
    ];
    const text = await source.transaction(async (tx) => {
      await tx.query('SET LOCAL plan_cache_mode = force_generic_plan');
      await tx.query(
        `PREPARE page (bytea) AS SELECT subscription_id FROM subscription_area
         WHERE tag = $1 ORDER BY subscription_id LIMIT 10`,
      );
      return JSON.stringify(
        await tx.query(`EXPLAIN (FORMAT JSON) EXECUTE page ('\\x${tag.toString('hex')}')`),
      );
    });
    expect(text).toContain('"Subplans Removed":15');
  });

  it('goes with the device that followed', async () => {
    await database.query('DELETE FROM subscription WHERE id < $1', [
      '80000000-0000-0000-0000-000000000000',
    ]);
    const [left] = await database.query(
      `SELECT count(*)::int AS n FROM subscription_area
       WHERE subscription_id NOT IN (SELECT id FROM subscription)`,
    );
    expect(left).toEqual({ n: 0 });
  });
});
