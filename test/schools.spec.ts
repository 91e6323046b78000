import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, send } from './support/graphql.js';
import { startService, type TestService } from './support/test-service.js';

const EDGE = 'data/schools/osceola_orange_FL.edge.txt';
const CSV = 'data/schools/osceola_orange_FL.csv';
const HIFLD = 'data/schools/hifld_sample_FL.csv';

const SCHOOLS = `query (
  $search: String, $near: PointInput, $withinMeters: Int, $districtId: ID, $state: String,
  $first: Int, $after: String
) {
  schools(
    search: $search, near: $near, withinMeters: $withinMeters, districtId: $districtId,
    state: $state, first: $first, after: $after
  ) {
    edges { cursor node { id name city state distanceMeters district { id name } } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}`;

interface Node {
  id: string;
  name: string;
  city: string;
  distanceMeters: number | null;
  district: { id: string; name: string };
}

describe('schools', () => {
  let service: TestService;
  let folder: string;

  beforeAll(async () => {
    service = await startService();
    folder = await mkdtemp(join(tmpdir(), 'campana-schools-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await service.close();
  });

  const list = async (variables: object): Promise<Node[]> => {
    const { schools } = await ask(service.url, SCHOOLS, variables);
    return schools.edges.map(({ node }: { node: Node }) => node);
  };
  const run = (...args: string[]) =>
    new Promise<{ status: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, DATABASE_URL: service.database.url, ...service.secrets };
      execFile(
        process.execPath,
        ['dist/src/schools/import.command.js', ...args],
        { env },
        (error, out, err) => resolve({ status: Number(error?.code ?? 0), out, err }),
      );
    });
  const file = async (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const snapshot = async () =>
    JSON.stringify(
      await service.database.query(
        `SELECT md5(string_agg(s::text, '' ORDER BY id)) AS schools, count(*),
           (SELECT md5(string_agg(d::text, '' ORDER BY id)) FROM district d) AS districts FROM school s`,
      ),
    );

  describe('the import', () => {
    it('changes nothing when the same file comes again', async () => {
      const before = await snapshot();
      const { status, out } = await run(EDGE);
      expect(status).toBe(0);
      expect(out).toMatch(/read\D+360/);
      expect(out).toMatch(/new\D+0/);
      expect(out).toMatch(/unchanged\D+360/);
      expect(await snapshot()).toBe(before);
    });

    it.each([
      [CSV, 360],
      [HIFLD, 40],
    ])('reads the layout of %s by its content', async (path, rows) => {
      const { status, out } = await run(path);
      expect(status).toBe(0);
      expect(out).toMatch(new RegExp(`read\\D+${rows}`));
      const again = await run(path);
      expect(again.out).toMatch(/new\D+0/);
      expect(again.out).toMatch(/changed\D+0/);
      expect((await run(EDGE)).status).toBe(0);
    });

    it('names districts from the districts file, and from LEAID without one', async () => {
      const [node] = await list({ districtId: '1201470', first: 1 });
      expect(node!.district).toEqual({ id: '1201470', name: expect.stringMatching(/osceola/i) });
    });

    it('skips a bad row with its line and the reason, and takes the rest', async () => {
      const lines = (await readFile(EDGE, 'utf8')).trim().split('\n').slice(0, 6);
      lines[1] = lines[1]!.replace(/^\d{12}/, '12014400012');
      lines[3] = lines[3]!.replace(/\|28\.\d+\|/, '|north|');
      lines[4] = 'nonsense';
      const { status, out, err } = await run(await file('bad.txt', `${lines.join('\r\n')}\r\n`));
      expect(status).toBe(0);
      expect(out).toMatch(/skipped\D+3/);
      expect(err).toMatch(/bad.txt:2: .*not 12.*leading zero/);
      expect(err).toMatch(/bad.txt:4: /);
      expect(err).toMatch(/bad.txt:5: /);
    });

    it('leaves every index in its place, also those that the first import set aside', async () => {
      const indexes = await service.database.query<{ indexname: string }>(
        `SELECT indexname FROM pg_indexes WHERE tablename IN ('school', 'school_word') ORDER BY 1`,
      );
      expect(indexes.map(({ indexname }) => indexname)).toEqual([
        'school_district',
        'school_pkey',
        'school_place',
        'school_word_pkey',
        'school_word_trigrams',
        'school_words',
      ]);
    });

    it('takes backslashes, and a word that PostgreSQL has a meaning for, as they are', async () => {
      const line = (await readFile(EDGE, 'utf8')).split('\n')[0]!.split('|');
      line[0] = '129999900001';
      line[2] = String.raw`NULL \N Sentinel\tSchool`;
      expect((await run(await file('odd.txt', `${line.join('|')}\n`))).status).toBe(0);
      const [school] = await service.database.query<{ name: string; words: string[] }>(
        `SELECT name, words FROM school WHERE id = '129999900001'`,
      );
      expect(school!.name).toBe(line[2]);
      expect(school!.words.slice(0, 3)).toEqual(['null', 'n', 'sentinel']);
      await service.database.query(`DELETE FROM school WHERE id = '129999900001'`);
    });

    it.each([
      ['of no known layout', 'a,b,c\n1,2,3\n'],
      ['empty', ''],
      ['binary', Buffer.from([0, 1, 2, 255, 254, 0, 10, 0])],
      ['of another table', 'LEAID,NAME,STATE\n1201440,ORANGE,FL\n'],
    ])('refuses a file %s before the first write', async (_, content) => {
      const before = await snapshot();
      const { status, err } = await run(await file('refused.csv', content));
      expect(status).toBe(2);
      expect(err).not.toMatch(/^\s+at /m);
      expect(await snapshot()).toBe(before);
    });

    it('says how it is used, and that a file is not there', async () => {
      expect(await run()).toMatchObject({ status: 2 });
      expect(await run('--nonsense', EDGE)).toMatchObject({ status: 2 });
      expect((await run(join(folder, 'absent.csv'))).err).toContain('absent.csv');
      expect(await run(folder)).toMatchObject({ status: 2 });
    });
  });

  describe('the search', () => {
    it.each([
      ['kisimee elementry', /^kissimmee elementary.*, kissimmee/i],
      ['lake nona high school', /^lake nona high, orlando/i],
      ['Celebraton', /celebration/i],
      ['  OAK   ridge ', /oak ridge/i],
      ['poinciana', /poinciana/i],
    ])('finds %j', async (search, expected) => {
      const [best] = await list({ search, first: 5 });
      expect(`${best!.name}, ${best!.city}`).toMatch(expected);
    });

    it('answers a search of single letters at once, and one of too many words', async () => {
      expect(await list({ search: 'a b c d e f g h i j k l m n o p q r s t u v w x y z' })).toEqual(
        [],
      );
      const words = 'the lake of oak park hill city center north west south east academy middle';
      expect((await list({ search: words, first: 3 })).length).toBeGreaterThan(0);
    });

    it('finds by city, and answers nothing for what is nowhere', async () => {
      const found = await list({ search: 'St. Cloud', first: 20 });
      expect(found.some(({ city }) => /cloud/i.test(city))).toBe(true);
      expect(await list({ search: 'qqqqzzzz' })).toEqual([]);
    });

    it('answers the nearest first, within the distance asked', async () => {
      const near = { latitude: 28.2919, longitude: -81.4076 };
      const found = await list({ near, withinMeters: 4_000, first: 50 });
      const distances = found.map(({ distanceMeters }) => distanceMeters!);
      expect(distances.length).toBeGreaterThan(3);
      expect([...distances].sort((a, b) => a - b)).toEqual(distances);
      expect(distances.at(-1)).toBeLessThanOrEqual(4_000);
      expect((await list({ near, withinMeters: 10, first: 1 })).length).toBeLessThanOrEqual(1);
      expect(await list({ near: { latitude: -89.99, longitude: 179.9 } })).toEqual([]);
    });

    it.each([
      ['by name', {}],
      ['by match', { search: 'elementary' }],
      ['by distance', { near: { latitude: 28.5, longitude: -81.4 }, withinMeters: 20_000 }],
    ])('gives every school once, page after page, %s', async (_, query) => {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const { schools }: Record<string, any> = await ask(service.url, SCHOOLS, {
          ...query,
          first: 37,
          after,
        });
        seen.push(...schools.edges.map(({ node }: { node: Node }) => node.id));
        expect(schools.pageInfo.hasPreviousPage).toBe(after !== null);
        after = schools.pageInfo.hasNextPage ? schools.pageInfo.endCursor : null;
      } while (after);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(100);
    });

    it('does not list a closed school, and still finds it by id', async () => {
      const [school] = await list({ search: 'celebration', first: 1 });
      await service.database.query('UPDATE school SET open = false WHERE id = $1', [school!.id]);
      expect((await list({ search: 'celebration' })).map(({ id }) => id)).not.toContain(school!.id);
      const { school: found } = await ask(
        service.url,
        'query ($id: ID!) { school(id: $id) { name } }',
        { id: school!.id },
      );
      expect(found.name).toBe(school!.name);
      await service.database.query('UPDATE school SET open = true WHERE id = $1', [school!.id]);
    });

    it.each([
      [{ search: '   ' }, 'search'],
      [{ search: 'x'.repeat(101) }, 'search'],
      [{ withinMeters: 100 }, 'withinMeters'],
      [{ near: { latitude: 1, longitude: 1 }, withinMeters: 0 }, 'withinMeters'],
      [{ near: { latitude: 1, longitude: 1 }, withinMeters: 100_001 }, 'withinMeters'],
      [{ districtId: '12' }, 'districtId'],
      [{ state: 'Florida' }, 'state'],
      [{ first: 101 }, 'first'],
      [{ after: 'garbage' }, 'after'],
      [{ near: { latitude: 91, longitude: 0 } }, 'latitude'],
    ])('refuses %j, naming the field', async (variables, field) => {
      const { errors } = await send(service.url, SCHOOLS, variables);
      expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(errors![0]!.extensions.fields![0]!.field).toContain(field);
    });
  });
});
