import { Database } from '../src/platform/database.js';
import { IN_FORCE } from '../src/schools/policies.store.js';
import { Desk } from './support/desk.js';
import { send } from './support/graphql.js';
import {
  RECORD_POLICY,
  WITHDRAW_POLICY,
  amend,
  historyOf,
  policiesOf,
  policyInput,
  promise,
} from './support/policies.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const OSCEOLA = '1201470';
const ORANGE = '1201440';

/** What districts promised, from which day to which. */
describe('policies', () => {
  let service: TestService;
  let desk: Desk;
  let analyst: Person;

  beforeAll(async () => {
    service = await startService();
    desk = new Desk(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
  });
  afterAll(() => service.close());
  afterEach(async () => {
    await service.database.query('TRUNCATE district_policy');
  });

  const enter = (change: object = {}, who = analyst) => promise(service.url, who, change);
  const refusal = async (change: object) => {
    const { errors } = await send(
      service.url,
      RECORD_POLICY,
      { input: policyInput(change) },
      analyst.token,
    );
    return errors?.[0];
  };
  const of = (district: string, asked: { on?: string; kinds?: string[] } = {}) =>
    policiesOf(service.url, district, asked);
  const rows = () =>
    service.database.query('SELECT * FROM district_policy ORDER BY entered_at, id, version');

  it('are told to anybody, by the day, the first and the last included', async () => {
    const id = await enter({ effectiveUntil: '2025-07-31' });
    const later = await enter({ effectiveFrom: '2026-08-01' });
    const ban = await enter({ kind: 'INFORMATION_SHARING_BAN', effectiveFrom: '2020-01-01' });
    const on = async (day: string, kinds?: string[]) =>
      (await of(OSCEOLA, { on: day, ...(kinds && { kinds }) })).map((policy) => policy.id);
    expect(await on('2024-07-31')).toEqual([ban]);
    expect(await on('2024-08-01')).toEqual([ban, id]);
    expect(await on('2025-07-31')).toEqual([ban, id]);
    expect(await on('2025-08-01')).toEqual([ban]);
    expect(await on('2999-01-01', ['JUDICIAL_WARRANT_RULE'])).toEqual([later]);
    expect(await on('2024-08-01', ['AGREEMENT_287G'])).toEqual([]);
    expect(await of(ORANGE, { on: '2024-08-01' })).toEqual([]);
    expect((await of(OSCEOLA)).map((policy) => policy.id)).toEqual([ban, id, later]);
    expect((await of(OSCEOLA, { kinds: ['JUDICIAL_WARRANT_RULE'] }))[0]).toEqual({
      ...policyInput({ effectiveUntil: '2025-07-31' }),
      ...{ id, version: 1 },
    });
  });

  it('hold one of a kind and district on a day: another is a conflict that names it', async () => {
    const id = await enter({ effectiveUntil: '2025-07-31' });
    const error = await refusal({ effectiveFrom: '2025-07-31' });
    expect(error!.extensions.code).toBe('CONFLICT');
    expect(error!.message).toContain(`JUDICIAL_WARRANT_RULE 2024-08-01 to 2025-07-31`);
    expect(error!.message).toContain(id);
    expect(await refusal({ effectiveFrom: '2025-08-01' })).toBeUndefined();
    expect(await refusal({ districtId: ORANGE })).toBeUndefined();
    expect(await refusal({ kind: 'AGREEMENT_287G' })).toBeUndefined();
  });

  it('entered thirty times at once are entered once, and nobody meets a fault', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => refusal({})));
    expect(answers.filter((error) => !error)).toHaveLength(1);
    const codes = answers.flatMap((error) => error?.extensions.code ?? []);
    expect(new Set(codes)).toEqual(new Set(['CONFLICT']));
    expect(await rows()).toHaveLength(1);
  });

  it.each([
    ['an unknown district', { districtId: '9999999' }, 'districtId'],
    ['half a district', { districtId: '120147' }, 'districtId'],
    ['an end before its beginning', { effectiveUntil: '2024-07-31' }, 'effectiveUntil'],
    ['a document at http', { sourceUrl: 'http://board.example.org/' }, 'sourceUrl'],
    ['a document that is a script', { sourceUrl: 'javascript:alert(1)' }, 'sourceUrl'],
    ['a digest that is none', { sourceSha256: 'x' }, 'sourceSha256'],
  ])('are refused with %s', async (_, change, field) => {
    const error = await refusal(change);
    expect(error!.extensions.code).toBe('BAD_USER_INPUT');
    expect(error!.extensions.fields!.map((one) => one.field)).toEqual([field]);
    expect(await rows()).toEqual([]);
  });

  it('are corrected by the next version, and the earlier stays with who entered it', async () => {
    const id = await enter();
    const { errors } = await amend(service.url, service.admin, id, {
      effectiveUntil: '2025-07-31',
      sourceSha256: 'B'.repeat(64),
    });
    expect(errors).toBeUndefined();
    expect(await of(OSCEOLA)).toMatchObject([
      { id, version: 2, effectiveUntil: '2025-07-31', sourceSha256: 'b'.repeat(64) },
    ]);
    expect(await historyOf(service.url, analyst, id)).toMatchObject([
      { version: 1, effectiveUntil: null, enteredBy: analyst.id, supersededAt: expect.any(String) },
      { version: 2, effectiveUntil: '2025-07-31', enteredBy: service.admin.id, supersededAt: null },
    ]);
    await enter({ effectiveFrom: '2025-08-01' });
    const reopened = await amend(service.url, analyst, id, { effectiveUntil: null });
    expect(reopened.errors![0]!.extensions.code).toBe('CONFLICT');
    expect(await historyOf(service.url, analyst, id)).toHaveLength(2);
  });

  it('that are said to be as they are have no new version', async () => {
    const id = await enter();
    await amend(service.url, analyst, id, { effectiveFrom: '2024-08-01', effectiveUntil: null });
    expect(await historyOf(service.url, analyst, id)).toHaveLength(1);
    expect(await desk.entries(id)).toHaveLength(1);
    const { errors } = await amend(service.url, analyst, id, {});
    expect(errors![0]!.extensions.fields![0]!.field).toBe('input');
    const wrong = await amend(service.url, analyst, id, { effectiveUntil: '2020-01-01' });
    expect(wrong.errors![0]!.extensions.fields![0]!.field).toBe('effectiveUntil');
  });

  it('corrected by twenty people at once are corrected twenty times', async () => {
    const id = await enter();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        amend(service.url, analyst, id, { effectiveUntil: `2025-01-${n + 10}` }),
      ),
    );
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    const versions = (await historyOf(service.url, analyst, id)).map(({ version }) => version);
    expect(versions).toEqual(Array.from({ length: 21 }, (_, n) => n + 1));
  });

  it('that were withdrawn never held, and can be entered anew', async () => {
    const id = await enter();
    const withdraw = () =>
      send(service.url, WITHDRAW_POLICY, { input: { policyId: id } }, analyst.token);
    expect((await withdraw()).errors).toBeUndefined();
    expect(await of(OSCEOLA)).toEqual([]);
    expect(await of(OSCEOLA, { on: '2024-09-01' })).toEqual([]);
    expect((await withdraw()).errors![0]!.extensions.code).toBe('CONFLICT');
    const late = await amend(service.url, analyst, id, { effectiveUntil: null });
    expect(late.errors![0]!.extensions.code).toBe('CONFLICT');
    expect(await historyOf(service.url, analyst, id)).toMatchObject([
      { version: 1, withdrawnBy: analyst.id, withdrawnAt: expect.any(String) },
    ]);
    expect(await enter()).not.toBe(id);
  });

  it('have an entry in the ledger for every change, and the address only committed to', async () => {
    const id = await enter();
    await amend(service.url, service.admin, id, { effectiveUntil: '2025-07-31' });
    await send(service.url, WITHDRAW_POLICY, { input: { policyId: id } }, analyst.token);
    const entries = await desk.entries(id);
    expect(entries.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['policy.recorded', analyst.id],
      ['policy.amended', service.admin.id],
      ['policy.withdrawn', analyst.id],
    ]);
    expect(entries[1]!.facts).toEqual({
      ...{ version: 2, districtId: OSCEOLA, policyKind: 'JUDICIAL_WARRANT_RULE' },
      ...{ effectiveFrom: '2024-08-01', effectiveUntil: '2025-07-31' },
      sourceSha256: 'a'.repeat(64),
    });
    expect(JSON.stringify(entries)).not.toContain('board.example.org');
  });

  it('that are not there are not found', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    const { errors } = await amend(service.url, analyst, nobody, { effectiveUntil: null });
    expect(errors![0]!.extensions.code).toBe('NOT_FOUND');
    await expect(historyOf(service.url, analyst, nobody)).rejects.toThrow('NOT_FOUND');
  });

  it.each([
    `UPDATE district_policy SET effective_from = '2020-01-01'`,
    'UPDATE district_policy SET entered_by = NULL',
    'DELETE FROM district_policy',
  ])('are kept as they were entered: the service may not %s', async (statement) => {
    const database = service.service.app.get(Database);
    await expect(database.transaction((tx) => tx.query(statement))).rejects.toThrow(
      /permission denied/,
    );
  });

  it('in force on a day are found by the index, among very many', async () => {
    await service.database.query(
      `INSERT INTO district_policy (id, version, district_id, kind, effective_from, effective_until,
         source_url, source_sha256, entered_at, import_sha256)
       SELECT gen_random_uuid(), 1, $1, 'AGREEMENT_287G', day, day, 'https://a.example/', repeat('a', 64), now(), ''
       FROM generate_series('1950-01-01'::date, '2005-01-01'::date, '1 day') AS day`,
      [ORANGE],
    );
    await service.database.query('ANALYZE district_policy');
    const plan = await service.database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${IN_FORCE}`, [
      [OSCEOLA, ORANGE],
      ['2024-08-01', '2001-01-01'],
    ]);
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toMatch(/Index Scan (using|on) district_policy_overlap_excl/);
    expect(text).toMatch(/Index Cond: \(\(district_id = .*daterange.* @> /);
    expect(text).not.toMatch(/Seq Scan/);
    expect(await of(ORANGE, { on: '2001-01-01' })).toHaveLength(1);
  });
});
