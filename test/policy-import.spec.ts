import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyOf, policiesOf, promise } from './support/policies.js';
import { runCommand } from './support/command.js';
import { startService, type TestService } from './support/test-service.js';

const HEADER = 'LEAID,KIND,EFFECTIVE_FROM,EFFECTIVE_UNTIL,SOURCE_URL,SOURCE_SHA256';
const SHA = 'a'.repeat(64);
const KINDS = ['WELCOMING_RESOLUTION', 'JUDICIAL_WARRANT_RULE', 'AGREEMENT_287G'];
const OSCEOLA = '1201470';

const row = (district: string, kind: string, from: string, until = '', sha = SHA) =>
  [district, kind, from, until, `https://board.example.org/${district}`, sha].join(',');

describe('the import of policies', () => {
  let service: TestService;
  let folder: string;

  beforeAll(async () => {
    service = await startService();
    folder = await mkdtemp(join(tmpdir(), 'campana-policies-'));
    await service.database.query(
      `INSERT INTO district SELECT (9000000 + n)::text, 'District ' || n, 'ZZ' FROM generate_series(0, 999) n`,
    );
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await service.close();
  });
  afterEach(async () => {
    await service.database.query('TRUNCATE district_policy');
  });

  const run = (...args: string[]) => runCommand(service, 'schools/policy-import', ...args);
  const file = async (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const table = (...rows: string[]) => `${[HEADER, ...rows].join('\r\n')}\r\n`;
  const snapshot = async () =>
    (
      await service.database.query(
        `SELECT count(*)::int AS policies, md5(string_agg(p::text, '' ORDER BY id, version)) AS digest,
           (SELECT size::int FROM ledger_head) AS entries FROM district_policy p`,
      )
    )[0]! as { policies: number; entries: number };

  /** Ten thousand rows that are fine: a thousand districts, some kinds, some years. */
  const tenThousand = () =>
    Array.from({ length: 10_000 }, (_, n) => {
      const year = 2000 + Math.floor(n / 3_000);
      const district = String(9_000_000 + (n % 1_000));
      return row(district, KINDS[Math.floor(n / 1_000) % 3]!, `${year}-01-01`, `${year}-12-31`);
    });

  it('takes ten thousand rows, each with its entry in the ledger, and nothing when run again', async () => {
    const path = await file('many.csv', table(...tenThousand()));
    const before = await snapshot();
    const first = await run(path);
    expect(first).toMatchObject({ status: 0, err: '' });
    expect(first.out).toBe('policies: read 10000, new 10000, changed 0, unchanged 0\n');
    const after = await snapshot();
    expect(after).toMatchObject({ policies: 10_000, entries: before.entries + 10_000 });
    expect((await run(path)).out).toBe('policies: read 10000, new 0, changed 0, unchanged 10000\n');
    expect(await snapshot()).toEqual(after);
    expect((await runCommand(service, 'ledger/verify')).status).toBe(0);
  });

  it('names every bad line of ten thousand, with its column and what would be right', async () => {
    const rows = tenThousand();
    const spoil = (line: number, from: RegExp | string, to: string) => {
      rows[line - 2] = rows[line - 2]!.replace(from, to);
    };
    spoil(2, /^\d+/, '900000');
    spoil(17, /^\d+/, '8888888');
    spoil(500, /WELCOMING_RESOLUTION/, 'WELCOME');
    spoil(2_345, '2000-01-01', '1/1/2000');
    spoil(4_321, '2001-12-31', '1999-12-31');
    spoil(6_000, 'https:', 'http:');
    spoil(7_777, SHA, SHA.slice(1));
    spoil(9_000, /,[^,]*$/, '');
    rows[9_999] = rows[9_998]!;
    const path = await file('spoiled.csv', table(...rows));
    const before = await snapshot();
    const { status, out, err } = await run(path);
    expect([status, out]).toEqual([2, '']);
    const said = err.trim().split('\n');
    expect(said.map((line) => line.replace(`${path}:`, '').split(' ', 2).join(' '))).toEqual([
      ...['2: LEAID', '17: LEAID', '500: KIND', '2345: EFFECTIVE_FROM', '4321: EFFECTIVE_UNTIL'],
      ...['6000: SOURCE_URL', '7777: SOURCE_SHA256', '9000: row', '10001: EFFECTIVE_FROM'],
      '9 bad',
    ]);
    expect(said.at(-1)).toBe('9 bad lines: nothing was written.');
    expect(await snapshot()).toEqual(before);
  });

  it('names every line, however many are bad', async () => {
    const path = await file('all-bad.csv', table(...tenThousand().map((one) => one.slice(1))));
    const { status, err } = await run(path);
    expect(status).toBe(2);
    expect(err.match(/:\d+: LEAID /g)).toHaveLength(10_000);
    expect((await snapshot()).policies).toBe(0);
  });

  it('corrects what differs, keeps the version before it, and says where it came from', async () => {
    const id = await promise(service.url, service.admin, { effectiveFrom: '2020-01-01' });
    const content = table(
      row(OSCEOLA, 'JUDICIAL_WARRANT_RULE', '2020-01-01', '2023-12-31'),
      row(OSCEOLA, 'JUDICIAL_WARRANT_RULE', '2024-01-01'),
    );
    const { out } = await run(await file('correction.csv', content));
    expect(out).toBe('policies: read 2, new 1, changed 1, unchanged 0\n');
    expect(await historyOf(service.url, service.admin, id)).toMatchObject([
      { version: 1, enteredBy: service.admin.id, importSha256: null, effectiveUntil: null },
      {
        ...{ version: 2, enteredBy: null, effectiveUntil: '2023-12-31', supersededAt: null },
        importSha256: createHash('sha256').update(content).digest('hex'),
      },
    ]);
    const now = await policiesOf(service.url, OSCEOLA, { on: '2026-09-30' });
    expect(now.map(({ effectiveFrom }) => effectiveFrom)).toEqual(['2024-01-01']);
  });

  it('leaves what is not in the file, and refuses what overlaps it', async () => {
    const id = await promise(service.url, service.admin, { effectiveFrom: '2020-01-01' });
    const other = await run(await file('a.csv', table(row('9000001', KINDS[0]!, '2020-01-01'))));
    expect(other.status).toBe(0);
    const path = await file('b.csv', table(row(OSCEOLA, 'JUDICIAL_WARRANT_RULE', '2024-01-01')));
    const { status, err } = await run(path);
    expect(status).toBe(2);
    expect(err).toContain(`${path}:2: EFFECTIVE_FROM from 2024-01-01 on overlaps policy ${id}`);
    expect((await snapshot()).policies).toBe(2);
  });

  it('waits for nobody who enters one at the same time, and neither writes half', async () => {
    const path = await file('race.csv', table(row(OSCEOLA, 'JUDICIAL_WARRANT_RULE', '2024-08-01')));
    const [imported, entered] = await Promise.all([
      run(path),
      promise(service.url, service.admin).then(
        () => 'entered',
        () => 'refused',
      ),
    ]);
    const standing = await policiesOf(service.url, OSCEOLA);
    expect(standing).toHaveLength(1);
    expect([imported.status, entered]).not.toEqual([2, 'refused']);
  });

  it.each([
    ['of another table', 'LEAID,NAME,STATE\n1201440,ORANGE,FL\n', /Missing: KIND/],
    ['without rows', `${HEADER}\n`, /no rows/],
    ['empty', '', /empty/],
    ['binary', Buffer.from([0, 1, 2, 255, 254, 0]), /binary/],
    ['of a spreadsheet', Buffer.from('PK\u0003\u0004xx'), /spreadsheet/],
    ['with a quote never closed', `${HEADER}\n"1201470,A\n`, /quotation mark/],
    ['too long', `${HEADER}\n${'x,,,,,\n'.repeat(10_001)}`, /more than 10,000 rows/],
  ])('refuses a file %s', async (_, content, says) => {
    const { status, err } = await run(await file('refused.csv', content));
    expect(status).toBe(2);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('says how it is used, and that a file is not there', async () => {
    expect(await run('--help')).toMatchObject({ status: 0, out: expect.stringContaining('LEAID') });
    expect(await run()).toMatchObject({ status: 2 });
    expect(await run('a', 'b')).toMatchObject({ status: 2 });
    expect(await run('--nonsense')).toMatchObject({ status: 2 });
    expect((await run(join(folder, 'absent.csv'))).err).toContain('absent.csv');
  });
});
