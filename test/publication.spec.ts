import { Attacker } from '../src/analytics/publication/attack.fixture.js';
import { PublicationStore } from '../src/analytics/publication/publication.store.js';
import { rounded, type ShownTable } from '../src/analytics/publication/suppression.js';
import { Database } from '../src/platform/database.js';
import { Desk } from './support/desk.js';
import { get } from './support/exports.js';
import { ask, send } from './support/graphql.js';
import { incidentsOn } from './support/incidents-on.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const TABLE = `{ usState span from period periods rows { place figures total } totals total sha256 synthetic }`;
const PUBLISHED = TABLE.replace('{', '{ id version publishedAt');
const PREVIEW = `query ($input: PublishFiguresInput!) { figuresPreview(input: $input) ${TABLE} }`;
const PUBLISH = `mutation ($input: PublishFiguresInput!) { publishFigures(input: $input) ${PUBLISHED} }`;
const CORRECT = `mutation ($id: ID!) { correctFigures(id: $id) ${PUBLISHED} }`;
const LIST = `query ($usState: String) { publishedFigures(usState: $usState) ${PUBLISHED} }`;
const HOLD = 'mutation ($input: SetLegalHoldInput!) { setLegalHold(input: $input) { id } }';
const [OSCEOLA, ORANGE] = ['1201470', '1201440'];

/** True counts of the third quarter of 2025: July, August, September. */
const COUNTS: Record<string, number[]> = { [OSCEOLA]: [3, 40, 52], [ORANGE]: [60, 33, 17] };
const QUARTER = { usState: 'FL', span: 'QUARTER', from: '2025-07-01', period: 'MONTH' };

const grid = ({ rows, totals, total }: Record<string, any>): ShownTable => [
  ...rows.map((row: any) => [...row.figures, row.total]),
  [...totals, total],
];

describe('figures for publication', () => {
  let service: TestService;
  let analyst: Person;
  let desk: Desk;
  let attacker: Attacker;
  let first: Record<string, any>;

  beforeAll(async () => {
    service = await startService();
    analyst = await hire(service.url, service.admin, 'ANALYST');
    desk = new Desk(service);
    attacker = await Attacker.ready();
    for (const [districtId, counts] of Object.entries(COUNTS))
      for (const [index, count] of counts.entries()) {
        const month = `2025-0${7 + index}`;
        const days = { from: `${month}-01`, through: `${month}-30` };
        await incidentsOn(service.database, { ...{ districtId, count }, ...days });
        // Nobody confirmed these, or somebody made them up.
        await incidentsOn(service.database, { districtId, count: 5, ...days, state: 'UNVERIFIED' });
        await incidentsOn(service.database, { districtId, count: 5, ...days, state: 'RETRACTED' });
        await incidentsOn(service.database, { districtId, count: 5, ...days, synthetic: true });
      }
  });
  afterAll(() => service.close());

  const publish = (input: object, person = analyst) =>
    send(service.url, PUBLISH, { input }, person.token);
  const codeOf = async (input: object) => (await publish(input)).errors?.[0]?.extensions.code;

  it('are shown beforehand to who publishes them, and published by nobody else', async () => {
    const input = QUARTER;
    const { figuresPreview } = await ask(service.url, PREVIEW, { input }, analyst.token);
    const dispatcher = await hire(service.url, service.admin, 'DISPATCHER');
    expect((await publish(QUARTER, dispatcher)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect((await ask(service.url, LIST)).publishedFigures).toEqual([]);
    first = (await publish(QUARTER)).data!.publishFigures;
    expect(first).toMatchObject({ ...figuresPreview, version: 1 });
  });

  it('are not told by a brief that counts exactly, where they withhold', async () => {
    const brief = (from: string, to: string) =>
      get(service.url, `/briefs/district/${OSCEOLA}?from=${from}&to=${to}`, analyst);
    const refused = await brief('2025-09', '2025-10');
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('choose months that no such table covers');
    expect((await brief('2025-10', '2025-10')).status).toBe(200);
    expect((await brief('2025-05', '2025-06')).status).toBe(200);
  });

  it('have every district of the state, rounded counts of confirmed incidents, and no small one', async () => {
    expect(first).toMatchObject({ ...QUARTER, periods: ['2025-07', '2025-08', '2025-09'] });
    const districts = first.rows.map(({ place }: { place: string }) => place);
    const known = await service.database.query<{ id: string }>(
      `SELECT id FROM district WHERE state = 'FL' ORDER BY id`,
    );
    expect(districts).toEqual(known.map(({ id }) => id));
    for (const { place, figures } of first.rows)
      for (const [index, shown] of figures.entries()) {
        const count = COUNTS[place]?.[index] ?? 0;
        if (count < 11) expect(shown).toBeNull();
        else expect([null, rounded(count)]).toContain(shown);
      }
    expect(first.totals).toEqual([65, 75, 70]);
  });

  it('give no withheld count away to a solver that has what is published', () => {
    const shown = grid(first);
    for (const [row, { place }] of first.rows.entries()) {
      if (!COUNTS[place] && row > 2) continue;
      for (const [column, cell] of shown[row]!.slice(0, -1).entries()) {
        if (cell !== null) continue;
        const { least, most } = attacker.range(shown, { row, column });
        if ((COUNTS[place]?.[column] ?? 0) < 11) expect([least, most >= 10]).toEqual([0, true]);
        else expect(most - least).toBeGreaterThanOrEqual(10);
      }
    }
  });

  it('are for everybody, as they were published, and in the ledger', async () => {
    const { publishedFigures } = await ask(service.url, LIST, { usState: 'FL' });
    expect(publishedFigures).toEqual([first]);
    expect((await ask(service.url, LIST, { usState: 'TX' })).publishedFigures).toEqual([]);
    const [entry] = await desk.entries(first.id);
    expect(entry).toMatchObject({
      ...{ kind: 'figures.published', actor: analyst.id },
      facts: { version: 1, usState: 'FL', span: 'QUARTER', sha256: first.sha256 },
    });
  });

  it('never count an incident in two tables, one of which could be subtracted from the other', async () => {
    for (const other of [
      QUARTER,
      { ...QUARTER, period: 'QUARTER' },
      { ...QUARTER, span: 'MONTH' },
      { ...QUARTER, span: 'MONTH', from: '2025-09-01' },
      { ...QUARTER, span: 'SCHOOL_YEAR', from: '2025-07-01' },
      { ...QUARTER, usState: null },
      { ...QUARTER, usState: null, span: 'MONTH' },
    ])
      expect(await codeOf(other)).toBe('CONFLICT');
    const spring = { ...QUARTER, from: '2025-04-01' };
    expect(await codeOf({ ...spring, usState: null })).toBeUndefined();
    expect(await codeOf(spring)).toBe('CONFLICT');
    expect(await codeOf({ ...QUARTER, from: '2025-01-01' })).toBeUndefined();
  });

  it('could be subtracted, if the database let them', async () => {
    const copy = (days: string) =>
      service.database.query(
        `INSERT INTO published_figures SELECT (jsonb_populate_record(t, $1::jsonb)).*
         FROM published_figures t WHERE id = $2 AND version = 1`,
        [JSON.stringify({ id: '00000000-0000-4000-8000-000000000001', span_to: days }), first.id],
      );
    await expect(copy('2025-08-01')).rejects.toThrow('published_figures_overlap_excl');
  });

  it('of two at once for the same days only one is published', async () => {
    const input = { ...QUARTER, from: '2024-07-01' };
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(input)));
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'CONFLICT')).toHaveLength(2);
  });

  it('hold up no legal hold, however long they take', async () => {
    const { app } = service.service;
    const incident = await service.database.query<{ id: string }>(
      'SELECT id FROM incident LIMIT 1',
    );
    const input = { incidentId: incident[0]!.id, reason: 'LITIGATION' };
    await app.get(Database).transaction(async (tx) => {
      await app.get(PublicationStore, { strict: false }).lock(tx);
      await ask(service.url, HOLD, { input }, service.admin.token);
    });
  });

  it('wait until seven days are over', async () => {
    const now = new Date();
    const month = (back: number) =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1))
        .toISOString()
        .slice(0, 10);
    const input = { ...QUARTER, span: 'MONTH' };
    const answer = await publish({ ...input, from: month(0) });
    expect(answer.errors![0]!.extensions.code).toBe('CONFLICT');
    expect(answer.errors![0]!.message).toContain('seven days');
    expect(await codeOf({ ...input, from: month(2) })).toBeUndefined();
  });

  describe('that turn out wrong', () => {
    const correct = () => send(service.url, CORRECT, { id: first.id }, analyst.token);
    const more = (districtId: string, count: number) =>
      incidentsOn(service.database, {
        ...{ districtId, count, from: '2025-08-01', through: '2025-08-30' },
      });

    it('stay as they are, while nothing has moved by 5', async () => {
      await more(OSCEOLA, 3);
      expect((await correct()).errors![0]!.extensions.code).toBe('CONFLICT');
    });

    it('are corrected in a new version, without totals, and the first one stays', async () => {
      await more(OSCEOLA, 20);
      const { correctFigures: second } = (await correct()).data!;
      expect(second).toMatchObject({ id: first.id, version: 2, total: null });
      const august = ({ rows }: Record<string, any>) =>
        rows.find(({ place }: { place: string }) => place === OSCEOLA).figures[1];
      expect([august(first), august(second)]).toEqual([40, 65]);
      expect([...second.totals, ...second.rows.map(({ total }: any) => total)]).toEqual(
        Array(3 + second.rows.length).fill(null),
      );
      const { publishedFigures } = await ask(service.url, LIST);
      expect(publishedFigures).toContainEqual(first);
      expect(publishedFigures).toContainEqual(second);
      expect((await desk.entries(first.id)).map(({ facts }) => facts.version)).toEqual([1, 2]);
      expect((await correct()).errors![0]!.extensions.code).toBe('CONFLICT');
    });

    it('show a holder of both no more of what is withheld', async () => {
      const { publishedFigures } = await ask(service.url, LIST, { usState: 'FL' });
      const [two, one] = publishedFigures.filter(({ id }: any) => id === first.id);
      const row = one.rows.findIndex(({ place }: any) => place === OSCEOLA);
      const place = { row, column: 0 };
      expect(attacker.rangeOfBoth(grid(one), grid(two), place)).toEqual(
        attacker.range(grid(one), place),
      );
    });
  });

  it.each([
    [{ from: '2025-07-02' }, 'from'],
    [{ from: '2025-08-01' }, 'from'],
    [{ span: 'SCHOOL_YEAR', from: '2024-01-01' }, 'from'],
    [{ span: 'MONTH', from: '2023-07-01', period: 'QUARTER' }, 'period'],
    [{ from: '2023-07-01', usState: 'fl' }, 'usState'],
    [{ from: '2023-07-01', usState: 'ZZ' }, 'usState'],
  ])('are refused for %j', async (change, field) => {
    const { errors } = await publish({ ...QUARTER, ...change });
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors![0]!.extensions.fields![0]!.field).toContain(field);
  });

  it('are published also where a table of a trial stands', async () => {
    await service.database.query(
      `INSERT INTO published_figures VALUES (gen_random_uuid(), 1, 'FL', 'MONTH', 'MONTH',
         '2021-09-01', '2021-10-01', '{1201470}', '{2021-09}', '[[null, null], [null, null]]',
         repeat('a', 64), true, now(), $1)`,
      [analyst.id],
    );
    const month = { usState: 'FL', span: 'MONTH', from: '2021-09-01', period: 'MONTH' };
    expect(await codeOf(month)).toBeUndefined();
    expect(await codeOf(month)).toBe('CONFLICT');
  });

  it('cannot be changed or deleted by the service', async () => {
    for (const text of [
      'UPDATE published_figures SET version = 9',
      'DELETE FROM published_figures',
    ])
      await expect(
        service.database.query(`SET ROLE campana_service; ${text}; RESET ROLE`),
      ).rejects.toThrow('permission denied');
  });
});
