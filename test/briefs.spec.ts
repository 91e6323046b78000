import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Crew } from './support/crew.js';
import { record, said } from './support/details.js';
import { entriesOf, get, seedIncidents } from './support/exports.js';
import { promise } from './support/policies.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const DISTRICT = '1201470';
const SPAN = 'from=2024-01&to=2024-06';

/** Stands in for Chromium, which is no part of the project: writes what it was asked for. */
const PRINTER = `#!/bin/sh
for argument; do
  case "$argument" in
    --print-to-pdf=*) pdf="\${argument#--print-to-pdf=}" ;;
    file://*) page="\${argument#file://}" ;;
  esac
done
if grep -q 'District of failures' "$page"; then exit 3; fi
{ printf '%%PDF-1.4\\n'; printf '%s\\n' "$@"; grep -c '<h2>' "$page"; } > "$pdf"
`;

describe('district briefs', () => {
  let folder: string;
  let service: TestService;
  let analyst: Person;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campana-briefs-'));
    await writeFile(join(folder, 'printer'), PRINTER);
    await chmod(join(folder, 'printer'), 0o755);
    const environment = { CHROMIUM_PATH: join(folder, 'printer'), DATA_DIR: folder };
    service = await startService({ environment });
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    await promise(service.url, analyst, { effectiveFrom: '2020-01-01' });
    await promise(service.url, analyst, {
      ...{ kind: 'AGREEMENT_287G', effectiveFrom: '2019-01-01', effectiveUntil: '2023-12-31' },
    });
    await seedIncidents(service.database, 14, { from: '2024-03-05T15:00:00Z' });
    const [one] = await service.database.query<{ id: string }>('SELECT id FROM incident LIMIT 1');
    await record(service.url, analyst, one!.id, {
      entrySought: said('YES'),
      entryOutcome: said('GRANTED'),
      authorityShown: said(['ADMINISTRATIVE_I200']),
    });
    // Of today, and so of no period that is shown.
    await (await Crew.of(service)).alert();
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true });
  });

  const brief = (query = SPAN, person: Person | undefined = analyst, id = DISTRICT) =>
    get(service.url, `/briefs/district/${id}?${query}`, person);

  it('say what was promised, what happened, and where the two differ', async () => {
    const response = await brief();
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).toContain('14 incidents were confirmed');
    expect(html).toContain('No entry without a judge’s warrant');
    expect(html).not.toContain('School police under 287(g)');
    expect(html).toMatch(/no warrant of a judge was shown.*?<td class="number">1<\/td>/s);
    expect(html).toContain('half were verified within 4 minutes');
    expect(html).toContain('No outline of the district');
    expect(html).not.toContain('class="synthetic"');
    const spanish = await (await brief(`${SPAN}&locale=es`)).text();
    expect(spanish).toContain('Se confirmaron 14 incidentes');
  });

  it('are on record with the digest of their bytes', async () => {
    const response = await brief();
    const html = await response.text();
    const [, id] = /brief\.made” ([0-9a-f-]{36})/.exec(html)!;
    expect(await entriesOf(service.database, id!)).toMatchObject([
      {
        ...{ kind: 'brief.made', actor: analyst.id },
        facts: {
          ...{ districtId: DISTRICT, from: '2024-01-01', to: '2024-06-30', locale: 'en' },
          ...{ format: 'html', synthetic: false, bytes: Buffer.byteLength(html) },
          sha256: createHash('sha256').update(html).digest('hex'),
        },
      },
    ]);
  });

  it('come with headers that let nothing else in', async () => {
    const { headers } = await brief();
    const policy = headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-disposition')).toBe(
      `inline; filename="brief-${DISTRICT}-2024-01-to-2024-06-en.html"`,
    );
  });

  it('leave out what is made up, and are marked where that is all there is', async () => {
    await seedIncidents(service.database, 5, { synthetic: true, from: '2024-04-05T15:00:00Z' });
    await promise(service.url, analyst, {
      ...{ kind: 'WELCOMING_RESOLUTION', effectiveFrom: '2019-01-01' },
      sourceUrl: `https://synthetic.example/${DISTRICT}/welcoming_resolution`,
    });
    const html = await (await brief()).text();
    expect(html).toContain('14 incidents were confirmed');
    expect(html).not.toContain('Welcoming resolution');
    const made = await startService();
    try {
      await seedIncidents(made.database, 5, { synthetic: true });
      const person = await hire(made.url, made.admin, 'ANALYST');
      const response = await get(made.url, `/briefs/district/${DISTRICT}?${SPAN}`, person);
      expect(response.headers.get('content-disposition')).toContain('-SYNTHETIC');
      expect(await response.text()).toContain('class="synthetic"');
      const empty = `/briefs/district/${DISTRICT}?from=2023-01&to=2023-02`;
      const nothing = await get(made.url, empty, person);
      expect(nothing.headers.get('content-disposition')).toContain('-SYNTHETIC');
      expect(await nothing.text()).toContain('class="synthetic"');
      const pdf = await get(made.url, `/briefs/district/${DISTRICT}?format=pdf`, person);
      expect(pdf.status).toBe(409);
      const { error } = (await pdf.json()) as { error: { message: string } };
      expect(error.message).toMatch(/CHROMIUM_PATH is not set.*print it from your browser/);
    } finally {
      await made.close();
    }
  });

  it('are printed by the Chromium that is named, which reaches nothing', async () => {
    const response = await brief(`${SPAN}&format=pdf`);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    const printed = await response.text();
    expect(printed).toMatch(/^%PDF/);
    expect(printed).toContain('--host-resolver-rules=MAP * ~NOTFOUND');
    expect(printed.trimEnd().endsWith('8')).toBe(true);
    const left = await readdir(tmpdir());
    expect(left.filter((name) => name.startsWith('campana-brief-'))).toEqual([]);
  });

  it('say so when it fails, and put nothing on record', async () => {
    const count = async () =>
      (await service.database.query(`SELECT count(*) FROM ledger_entry`))[0];
    await service.database.query(
      `UPDATE district SET name = 'District of failures' WHERE id = '1201440'`,
    );
    const before = await count();
    const response = await brief(`${SPAN}&format=pdf`, analyst, '1201440');
    expect(response.status).toBe(409);
    expect(await response.text()).toContain('Chromium made no PDF');
    expect(await count()).toEqual(before);
  });

  it('draw the outline that was imported', async () => {
    execFileSync(
      process.execPath,
      [
        ...['dist/src/schools/outline-import.command.js', 'data/districts/outlines_FL.geojson'],
        ...['--source', 'US Census Bureau, TIGER 2012'],
      ],
      {
        env: { ...process.env, DATABASE_URL: service.database.url, ...service.secrets },
        stdio: 'pipe',
      },
    );
    const html = await (await brief()).text();
    expect(html).toContain('Outline of the district: US Census Bureau, TIGER 2012.');
    expect(html).not.toContain('class="district hull"');
  });

  it.each([
    ['from=2024-01-15', 400, 'from:'],
    ['from=2024-06&to=2024-01', 400, 'to:'],
    [`to=${new Date().toISOString().slice(0, 7)}`, 400, '7 days'],
    ['locale=fr&when=now', 400, 'locale:'],
  ])('refuse ?%s', async (query, status, words) => {
    const response = await brief(query);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(words);
  });

  it('are of districts that are known, for analysts and admins', async () => {
    expect((await brief(SPAN, analyst, '12')).status).toBe(400);
    expect((await brief(SPAN, analyst, '9999999')).status).toBe(404);
    expect((await get(service.url, `/briefs/district/${DISTRICT}`)).status).toBe(401);
    const dispatcher = await hire(service.url, service.admin, 'DISPATCHER');
    expect((await brief(SPAN, dispatcher)).status).toBe(403);
    expect((await brief(SPAN, service.admin)).status).toBe(200);
    const { status } = await fetch(`${service.url}/briefs/district/${DISTRICT}`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${analyst.token}` },
    });
    expect(status).toBe(405);
  });

  it('refuse outlines that are none, and write nothing', async () => {
    const run = (...files: string[]) => {
      try {
        execFileSync(
          process.execPath,
          ['dist/src/schools/outline-import.command.js', ...files, '--source', 'x'],
          {
            env: { ...process.env, DATABASE_URL: service.database.url, ...service.secrets },
            stdio: 'pipe',
          },
        );
      } catch (error) {
        return (error as { status: number; stderr: Buffer }).stderr.toString();
      }
      return '';
    };
    const path = join(folder, 'no.geojson');
    await writeFile(path, '{"type":"Feature"}');
    expect(run(path)).toContain('no GeoJSON FeatureCollection');
    await writeFile(path, '{');
    expect(run(path)).toContain('is not JSON');
    expect(run(join(folder, 'none'))).toContain('cannot be read');
    expect(run()).toContain('Which one file?');
  });
});
