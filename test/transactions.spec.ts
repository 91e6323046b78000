import {
  Database,
  UNIQUE_VIOLATION,
  lastly,
  releaseEarly,
  settle,
  sqlState,
} from '../src/platform/database.js';
import { run, statement } from '../src/platform/statements.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startService, type TestService } from './support/test-service.js';

const ADD = statement(`INSERT INTO organization (id, name, created_at)
  VALUES (gen_random_uuid(), $1, now())`);
const COUNT = statement(`SELECT count(*)::int AS n FROM organization WHERE name LIKE $1 || '%'`);

describe('a transaction', () => {
  let rows: TestDatabase;
  let service: TestService;
  let database: Database;

  beforeAll(async () => {
    rows = await createTestDatabase();
    // Other specs do without, for speed.
    await rows.query(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$`);
    service = await startService({ database: rows });
    database = service.service.app.get(Database);
  });
  afterAll(async () => {
    await service.close();
    await rows.drop();
  });

  const count = async (prefix: string, tx = database.reader) =>
    (await run<{ n: number }>(tx, COUNT, [prefix]))[0]!.n;

  it('carries out at its end what was left for it, and before when it is asked to', async () => {
    await database.transaction(async (tx) => {
      lastly(tx, ADD, ['end one']);
      expect(await count('end', tx)).toBe(0);
      await settle(tx);
      expect(await count('end', tx)).toBe(1);
      lastly(tx, ADD, ['end two']);
    });
    expect(await count('end')).toBe(2);
  });

  it.each([
    ['the one left for the end', 'left'],
    ['one of those that give their locks back early', 'early'],
  ])('does nothing when %s fails, and says why', async (_, name) => {
    const filing = database.transaction(async (tx) => {
      await run(tx, ADD, [`${name} one`]);
      lastly(tx, ADD, [`${name} two`]);
      lastly(tx, ADD, [`${name} one`]);
      if (name === 'early') releaseEarly(tx);
    });
    await expect(filing.catch(sqlState)).resolves.toBe(UNIQUE_VIOLATION);
    expect(await count(name)).toBe(0);
  });

  it('does nothing when a statement failed and its sender went on', async () => {
    const careless = database.transaction(async (tx) => {
      await run(tx, ADD, ['careless one']);
      await run(tx, ADD, ['careless one']).catch(() => undefined);
    });
    await expect(careless).rejects.toThrow('rolled back');
    expect(await count('careless')).toBe(0);
  });

  it('that gives its locks back early is on the disk when it is answered', async () => {
    const before = await rows.query<{ at: string }>('SELECT pg_current_wal_insert_lsn() AS at');
    await database.transaction(async (tx) => {
      lastly(tx, ADD, ['flushed']);
      releaseEarly(tx);
    });
    const [{ flushed }] = (await rows.query(
      `SELECT pg_current_wal_flush_lsn() > $1::pg_lsn AS flushed`,
      [before[0]!.at],
    )) as [{ flushed: boolean }];
    expect(flushed).toBe(true);
    expect(await count('flushed')).toBe(1);
  });

  it('can be waited for by whoever answers from what it committed', async () => {
    await rows.query(`DO $$ BEGIN SET LOCAL synchronous_commit = off;
      INSERT INTO organization (id, name, created_at) VALUES (gen_random_uuid(), 'hasty', now());
      END $$`);
    const [{ at }] = (await rows.query('SELECT pg_current_wal_insert_lsn() AS at')) as [
      { at: string },
    ];
    await database.flushed();
    const [{ flushed }] = (await rows.query(
      'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS flushed',
      [at],
    )) as [{ flushed: boolean }];
    expect(flushed).toBe(true);
  });

  it('leaves its connection fit for the next one, whatever became of it', async () => {
    const failing = Array.from({ length: 40 }, (_, index) =>
      database
        .transaction(async (tx) => {
          lastly(tx, ADD, [`many ${index % 20}`]);
        })
        .catch(sqlState),
    );
    const ends = await Promise.all(failing);
    expect(ends.filter((end) => end === UNIQUE_VIOLATION)).toHaveLength(20);
    expect(await count('many')).toBe(20);
  });
});
