import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Database, serviceDataSource } from '../src/platform/database.js';
import { SCHOOL_ENTITIES } from '../src/schools/district.entity.js';
import { ImportStore } from '../src/schools/import.store.js';
import { importSchools, openImport } from '../src/schools/school-import.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const EDGE = 'data/schools/osceola_orange_FL.edge.txt';

/** No school is there yet: rows go from the file's bytes into COPY, and the indexes are set aside. */
describe('the first import of schools', () => {
  let test: TestDatabase;
  let source: DataSource;
  let folder: string;
  let lines: string[];

  beforeAll(async () => {
    test = await createTestDatabase();
    source = await new DataSource({
      ...serviceDataSource(test.url),
      entities: SCHOOL_ENTITIES,
    }).initialize();
    folder = await mkdtemp(join(tmpdir(), 'campana-first-'));
    lines = (await readFile(EDGE, 'utf8')).trim().split(/\r?\n/);
  });
  beforeEach(async () => {
    await test.query('TRUNCATE school, school_word, district CASCADE');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await source.destroy();
    await test.drop();
  });

  const file = async (rows: string[]) => {
    const path = join(folder, 'schools.txt');
    await writeFile(path, `${rows.join('\n')}\n`);
    return path;
  };
  const run = async (path: string, progress?: () => void) =>
    importSchools(
      new Database(source),
      new ImportStore(),
      await openImport({ file: path }),
      progress,
    );
  const count = async (table: string) => {
    const [row] = await test.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
    return row!.count;
  };

  it('is what the second, which compares each school, would have written', async () => {
    expect(await run(EDGE)).toMatchObject({ read: 360, new: 360, districts: { changed: 0 } });
    const words = await count('school_word');
    expect(await run(EDGE)).toMatchObject({ new: 0, changed: 0, unchanged: 360 });
    const [{ carried }] = (await test.query(
      'SELECT count(DISTINCT word)::int AS carried FROM school, unnest(words) word',
    )) as [{ carried: number }];
    expect([words, await count('school_word')]).toEqual([carried, carried]);
  });

  it('takes odd rows among the plain, and says of the bad ones and the repeated what they are', async () => {
    const [plain, next, other, bad, last] = lines as [string, string, string, string, string];
    const rows = [
      plain,
      next,
      plain,
      other.replace('SCHOOL', 'ESCUELA PEÑA'),
      next.replace('|FL|', '|fl|'),
    ];
    const summary = await run(await file([...rows, bad.replace(/\|28\.\d+\|/, '|north|'), last]));
    expect(summary).toMatchObject({ read: 7, new: 4, skipped: 3 });
    expect(summary.problems.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
      `3: NCESSCH ${plain.slice(0, 12)} was already on line 1`,
      `5: NCESSCH ${next.slice(0, 12)} was already on line 2`,
      '6: LAT "north" is not a number of degrees',
    ]);
    expect(await count('school')).toBe(4);
  });

  it('leaves nothing, and the connection good, when it breaks off in the middle of COPY', async () => {
    const many = Array.from({ length: 40 }, (_, copy) =>
      lines.map((line) => `${String(copy).padStart(2, '0')}${line.slice(2)}`),
    ).flat();
    const path = await file(many);
    let parts = 0;
    const broken = run(path, () => {
      if ((parts += 1) === 3) throw new Error('broken off');
    });
    await expect(broken).rejects.toThrow('broken off');
    expect([await count('school'), await count('school_word')]).toEqual([0, 0]);
    expect(await run(path)).toMatchObject({ new: many.length, skipped: 0 });
  });

  it('leaves nothing, and the connection good, when PostgreSQL refuses a row', async () => {
    await test.query(
      `ALTER TABLE school ADD CONSTRAINT refused CHECK (id <> '${lines[200]!.slice(0, 12)}')`,
    );
    await expect(run(EDGE)).rejects.toThrow(/refused/);
    expect(await count('school')).toBe(0);
    await test.query('ALTER TABLE school DROP CONSTRAINT refused');
    expect(await run(EDGE)).toMatchObject({ new: 360 });
  });
});
