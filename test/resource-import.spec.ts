import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESOURCE_COLUMNS } from '../src/resources/resource-row.js';
import { Shelf } from './support/resources.js';
import { runCommand } from './support/command.js';
import { startService, type TestService } from './support/test-service.js';

const HEADER = Object.values(RESOURCE_COLUMNS).join(',');
const STARTER = 'data/resources/starter.csv';
const row = (topic: string, title = 'x', from = '2026-09-01', state = '') =>
  `${topic},FAMILIES,en,${state},,10,${title},"One, two",,Clinic,,2026-09-01,,false,${from},`;

describe('the import of resources', () => {
  let service: TestService;
  let shelf: Shelf;
  let folder: string;

  beforeAll(async () => {
    service = await startService();
    shelf = new Shelf(service.url, service.admin);
    folder = await mkdtemp(join(tmpdir(), 'campana-resources-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await service.close();
  });
  afterEach(async () => {
    await service.database.query('TRUNCATE resource');
  });

  const run = (...args: string[]) => runCommand(service, 'resources/resource-import', ...args);
  const file = async (...rows: string[]) => {
    const path = join(folder, 'resources.csv');
    await writeFile(path, `${[HEADER, ...rows].join('\r\n')}\r\n`);
    return path;
  };
  const rows = () => service.database.query<any>('SELECT * FROM resource ORDER BY id, version');

  it('takes the starter set, twice as once, and says nothing of it was reviewed', async () => {
    expect(await run(STARTER)).toMatchObject({
      status: 0,
      out: 'resources: read 18, new 18, changed 0, unchanged 0\n',
    });
    expect((await run(STARTER)).out).toMatch(/new 0, changed 0, unchanged 18/);
    const digest = createHash('sha256')
      .update(await readFile(STARTER))
      .digest('hex');
    const all = await rows();
    expect(all).toHaveLength(18);
    expect(all.every((one) => one.import_sha256 === digest && !one.counsel_reviewed)).toBe(true);
    for (const [audience, count] of [
      ['FAMILIES', 6],
      ['EDUCATORS', 2],
      ['RESPONDERS', 1],
    ] as const)
      for (const locale of ['en', 'es']) {
        const shown = await shelf.shown({ audience, locale });
        expect(shown.map((one) => one.locale)).toEqual(Array(count).fill(locale));
      }
    expect((await runCommand(service, 'ledger/verify')).status).toBe(0);
  });

  it('revises what differs, and leaves what is not there', async () => {
    await run(await file(row('a'), row('b')));
    expect((await run(await file(row('a', 'y'), row('c')))).out).toMatch(
      /read 2, new 1, changed 1/,
    );
    const shown = await shelf.shown();
    expect(shown.map(({ topic, title, version }) => [topic, title, version])).toEqual([
      ['a', 'y', 2],
      ['b', 'x', 1],
      ['c', 'x', 1],
    ]);
    expect(await shelf.history(shown[0]!.id)).toMatchObject([
      { version: 1, enteredBy: null, importSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { version: 2 },
    ]);
  });

  it('names every bad line and what would be right, and writes nothing', async () => {
    const path = await file(
      row('a'),
      row('b', 'x', 'soon'),
      row('c', 'x', '2026-09-01', 'ZZ'),
      row('a'),
      row('d')
        .replace('One, two', 'One')
        .replace('Clinic,,', 'Clinic,https://a.example/?utm_id=1,'),
      'a,b',
    );
    const { status, err } = await run(path);
    expect(status).toBe(2);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/:3: EFFECTIVE_FROM "soon" is not a day/),
      expect.stringMatching(/:4: STATE must be the postal code/),
      expect.stringMatching(/:5: EFFECTIVE_FROM the same resource is on line 2/),
      expect.stringMatching(/:6: SOURCE_URL must not tell the site/),
      expect.stringMatching(/:7: row has 2 columns instead of 16/),
      '5 bad lines: nothing was written.',
      '',
    ]);
    expect(await rows()).toEqual([]);
  });

  it('takes ten thousand rows, and refuses all of them for one bad one, or one too many', async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => row(`topic-${n}`));
    const bad = await run(await file(...many.with(7_000, row('Not A Topic'))));
    expect(bad).toMatchObject({ status: 2, err: expect.stringContaining(':7002: TOPIC') });
    const more = await run(await file(...many, row('one-more')));
    expect(more).toMatchObject({ status: 2, err: expect.stringContaining('more than 10,000') });
    expect(await rows()).toEqual([]);
    expect((await run(await file(...many))).out).toMatch(/new 10000/);
  });

  it('says how it is used, and that a file is not there or none of resources', async () => {
    expect(await run('--help')).toMatchObject({ status: 0, out: expect.stringContaining('TOPIC') });
    expect(await run()).toMatchObject({ status: 2 });
    expect(await run('a', 'b')).toMatchObject({ status: 2 });
    expect((await run(join(folder, 'absent.csv'))).err).toContain('no such file');
    const other = await run('data/districts/districts_FL.csv');
    expect(other).toMatchObject({ status: 2, err: expect.stringContaining('Missing: TOPIC') });
  });
});
