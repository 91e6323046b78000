import { Database } from '../src/platform/database.js';
import { IN_FORCE } from '../src/resources/resources.store.js';
import { Desk } from './support/desk.js';
import { codeOf } from './support/graphql.js';
import { Shelf } from './support/resources.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const OSCEOLA = '1201470';
const ORANGE = '1201440';

/** What families, schools and responders are told to do. */
describe('resources', () => {
  let service: TestService;
  let desk: Desk;
  let analyst: Person;
  let shelf: Shelf;

  beforeAll(async () => {
    service = await startService();
    desk = new Desk(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    shelf = new Shelf(service.url, analyst);
  });
  afterAll(() => service.close());
  afterEach(async () => {
    await service.database.query('TRUNCATE resource');
  });

  const titles = async (asked: object = {}) => (await shelf.shown(asked)).map(({ title }) => title);

  it('are told to anybody: the district’s, the state’s and the national, each topic once', async () => {
    await shelf.add({ title: 'national', rank: 20 });
    await shelf.add({ title: 'of Florida', state: 'FL', rank: 20 });
    await shelf.add({ title: 'of Texas', state: 'TX' });
    await shelf.add({ title: 'of Orange', districtId: ORANGE });
    await shelf.add({ title: 'plan', topic: 'plan', rank: 10 });
    await shelf.add({ title: 'for schools', audience: 'EDUCATORS' });
    expect(await titles()).toEqual(['plan', 'national']);
    expect(await titles({ state: 'FL' })).toEqual(['plan', 'of Florida']);
    expect(await titles({ districtId: OSCEOLA })).toEqual(['plan', 'of Florida']);
    expect(await titles({ districtId: ORANGE })).toEqual(['plan', 'of Orange']);
    expect(await titles({ districtId: ORANGE, state: 'fl' })).toEqual(['plan', 'of Orange']);
    expect(await titles({ state: 'TX' })).toEqual(['plan', 'of Texas']);
    expect(await titles({ audience: 'EDUCATORS' })).toEqual(['for schools']);
    expect(await titles({ audience: 'RESPONDERS' })).toEqual([]);
  });

  it('are told in the reader’s language, else in English', async () => {
    await shelf.add();
    await shelf.add({ locale: 'es', title: 'En la puerta' });
    expect(await titles({ locale: 'es-MX' })).toEqual(['En la puerta']);
    expect(await titles({ locale: 'so' })).toEqual(['At the door']);
  });

  it('hold from their first day through their last', async () => {
    await shelf.add({ effectiveUntil: '2026-09-30' });
    await shelf.add({ effectiveFrom: '2026-10-01', title: 'Newer' });
    const on = (day: string) => titles({ on: day });
    expect(await on('2026-08-31')).toEqual([]);
    expect(await on('2026-09-01')).toEqual(['At the door']);
    expect(await on('2026-09-30')).toEqual(['At the door']);
    expect(await on('2026-10-01')).toEqual(['Newer']);
    expect(await titles()).toEqual(['Newer']);
  });

  it('are revised by the next version, and the earlier stays with who entered it', async () => {
    const id = await shelf.add();
    expect(
      (await shelf.revise(id, { title: 'At your door', body: null })).errors![0]!,
    ).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', fields: [{ field: 'body' }] } });
    const admin = new Shelf(service.url, service.admin);
    expect((await admin.revise(id, { title: 'At your door', rank: null })).errors).toBeUndefined();
    expect((await admin.revise(id, { title: 'At your door' })).data!.reviseResource.version).toBe(
      2,
    );
    expect(await shelf.shown()).toMatchObject([
      { id, version: 2, title: 'At your door', rank: 50 },
    ]);
    expect(await shelf.history(id)).toMatchObject([
      { version: 1, title: 'At the door', enteredBy: analyst.id, supersededAt: expect.any(String) },
      { version: 2, title: 'At your door', enteredBy: service.admin.id, supersededAt: null },
    ]);
    expect((await shelf.revise(id, {})).errors![0]!.extensions.fields![0]!.field).toBe('input');
  });

  it('that were withdrawn are shown to nobody, and can be added anew', async () => {
    const id = await shelf.add();
    expect((await shelf.withdraw(id)).errors).toBeUndefined();
    expect(await shelf.shown()).toEqual([]);
    expect(await shelf.shown({ on: '2026-09-02' })).toEqual([]);
    expect((await shelf.withdraw(id)).errors![0]!.extensions.code).toBe('CONFLICT');
    expect((await shelf.revise(id, { rank: 1 })).errors![0]!.extensions.code).toBe('CONFLICT');
    expect(await shelf.history(id)).toMatchObject([{ withdrawnBy: analyst.id }]);
    expect(await shelf.add()).not.toBe(id);
  });

  it('of one series hold one at a time, also when thirty are added at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => shelf.tryToAdd()));
    const refused = answers.flatMap(({ errors }) => errors?.[0] ?? []);
    expect(refused).toHaveLength(29);
    expect(new Set(refused.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['CONFLICT']),
    );
    const [{ id }] = (await shelf.shown()) as [{ id: string }];
    expect(refused[0]!.message).toContain(id);
    for (const other of [{ locale: 'es' }, { audience: 'EDUCATORS' }, { state: 'FL' }])
      expect((await shelf.tryToAdd(other)).errors).toBeUndefined();
  });

  it('have an entry in the ledger for every change, their words only by digest', async () => {
    const id = await shelf.add({ districtId: OSCEOLA });
    await shelf.revise(id, { title: 'CANARY' });
    await shelf.withdraw(id);
    const entries = await desk.entries(id);
    expect(entries.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['resource.added', analyst.id],
      ['resource.revised', analyst.id],
      ['resource.withdrawn', analyst.id],
    ]);
    expect(entries[1]!.facts).toMatchObject({
      ...{ version: 2, topic: 'at-the-door', audience: 'FAMILIES', locale: 'en', state: null },
      ...{ districtId: OSCEOLA, effectiveFrom: '2026-09-01', sourceSha256: 'a'.repeat(64) },
      ...{ counselReviewed: false, wordsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(entries[1]!.facts.wordsSha256).not.toBe(entries[0]!.facts.wordsSha256);
    expect(entries[2]!.facts.wordsSha256).toBe(entries[1]!.facts.wordsSha256);
    expect(JSON.stringify(entries)).not.toMatch(/CANARY|example\.org|Law Clinic/);
  });

  it.each<[string, object, string[]]>([
    ['an unknown district', { districtId: '9999999' }, ['districtId']],
    ['no such state', { state: 'ZZ' }, ['state']],
    ['a state and a district', { state: 'FL', districtId: OSCEOLA }, ['state']],
    ['a link at http', { url: 'http://www.example.org/' }, ['url']],
    ['a tracked link', { url: 'https://www.example.org/?utm_source=x' }, ['url']],
    ['a link that is a script', { url: 'javascript:alert(1)' }, ['url']],
    ['a digest that is none', { sourceSha256: 'x' }, ['sourceSha256']],
    ['no words', { body: null }, ['body']],
    ['reversed days', { effectiveUntil: '2026-08-31' }, ['effectiveUntil']],
    ['several faults', { topic: '?', rank: 0, title: ' ' }, ['topic', 'rank', 'title']],
  ])('are refused with %s, and nothing is written', async (_, change, fields) => {
    const { errors } = await shelf.tryToAdd(change);
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors![0]!.extensions.fields!.map(({ field }) => field)).toEqual(fields);
    expect(await service.database.query('SELECT * FROM resource')).toEqual([]);
  });

  it('are kept as they were entered: the service may not alter or delete one', async () => {
    const database = service.service.app.get(Database);
    for (const statement of [`UPDATE resource SET title = 'x'`, 'DELETE FROM resource'])
      await expect(database.transaction((tx) => tx.query(statement))).rejects.toThrow(
        /permission denied/,
      );
  });

  it('asked for at no place there is are refused, naming it', async () => {
    const query = `query ($districtId: ID, $state: String, $locale: String) {
      resources(audience: FAMILIES, districtId: $districtId, state: $state, locale: $locale) { id }
    }`;
    const wrong = [{ districtId: '9999999' }, { districtId: 'x' }, { state: 'ZZ' }];
    for (const asked of [...wrong, { districtId: OSCEOLA, state: 'TX' }, { locale: '?' }])
      expect(await codeOf(service.url, query, asked)).toBe('BAD_USER_INPUT');
  });

  it('are found by the index, among very many', async () => {
    await service.database.query(
      `INSERT INTO resource (id, version, topic, audience, locale, rank, title, body, publisher,
         source_date, counsel_reviewed, effective_from, effective_until, entered_at, import_sha256, state)
       SELECT gen_random_uuid(), 1, 'topic-' || n % 50, 'EDUCATORS', 'en', 1, 'x', 'x', 'x', '2026-01-01',
         false, '1990-01-01'::date + n, '1990-01-01'::date + n, now(), '', 'TX'
       FROM generate_series(1, 20000) AS n`,
    );
    await shelf.add({ audience: 'EDUCATORS', state: 'TX' });
    await service.database.query('ANALYZE resource');
    const plan = await service.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${IN_FORCE}`, [
      ...[['EDUCATORS'], ['TX'], [null]],
      ['2026-11-01'],
    ]);
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toMatch(/Index Scan (using|on) resource_overlap_excl/);
    expect(text).not.toMatch(/Seq Scan on resource/);
    expect(
      await shelf.shown({ audience: 'EDUCATORS', state: 'TX', on: '2100-01-01' }),
    ).toHaveLength(1);
  });
});
