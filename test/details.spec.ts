import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getNamedType, isEnumType, isInputObjectType, isObjectType, isScalarType } from 'graphql';
import type { GraphQLInputObjectType, GraphQLNamedType, GraphQLType } from 'graphql';
import { Database } from '../src/platform/database.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { FIELDS, detailsOf, everyDetail, record, said } from './support/details.js';
import { merge } from './support/merges.js';
import { DISMISS } from './support/operations.js';
import { ask } from './support/graphql.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const ENTRY = 'incident.details-recorded';

/** What is recorded of an incident after the fact. */
describe('details', () => {
  let service: TestService;
  let desk: Desk;
  let crew: Crew;
  let analyst: Person;

  beforeAll(async () => {
    service = await startService();
    desk = new Desk(service);
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
  });
  afterAll(() => service.close());

  const put = async (id: string, details: object, who = analyst) => {
    const { errors } = await record(service.url, who, id, details);
    expect(errors).toBeUndefined();
  };
  const of = (id: string, who = analyst) => detailsOf(service.url, who, id);
  const entries = async (id: string) =>
    (await desk.entries(id)).filter(({ kind }) => kind === ENTRY);
  const rows = async (id: string) => {
    const text = 'SELECT count(*)::int AS n FROM incident_detail WHERE incident_id = $1';
    return (await service.database.query<{ n: number }>(text, [id]))[0]!.n;
  };

  it('are recorded in every field, each with its source and certainty', async () => {
    const id = await desk.reported(crew.author);
    const asked = everyDetail();
    await put(id, asked);
    const { details } = await of(id);
    for (const field of FIELDS)
      expect({ [field]: details[field] }).toEqual({
        [field]: {
          ...asked[field],
          value: Array.isArray(asked[field].value)
            ? expect.arrayContaining(asked[field].value)
            : asked[field].value,
          recordedAt: expect.any(String),
        },
      });
    expect(Object.keys(asked).sort()).toEqual([...FIELDS].sort());
  });

  it('are changed by being recorded again, and nothing of them is lost', async () => {
    const id = await desk.reported(crew.author);
    await put(id, { agents: said(3), vehicles: said(1) });
    await put(id, { agents: said(5, 'CONFIRMED', 'PHOTO_OR_VIDEO') }, crew.dispatcher);
    await put(id, { vehicles: null }, service.admin);
    const { details, detailHistory } = await of(id);
    expect(details.agents).toMatchObject({ value: 5, certainty: 'CONFIRMED' });
    expect(details.vehicles).toBeNull();
    expect(
      detailHistory.map(({ revision, field, values, recordedBy }: any) =>
        [revision, field, values.join(), recordedBy].join(' '),
      ),
    ).toEqual([
      `1 agents 3 ${analyst.id}`,
      `1 vehicles 1 ${analyst.id}`,
      `2 agents 5 ${crew.dispatcher.id}`,
      `3 vehicles  ${service.admin.id}`,
    ]);
    expect(detailHistory.map(({ supersededAt }: any) => supersededAt !== null)).toEqual([
      ...[true, true, false, false],
    ]);
  });

  it('are one entry in the ledger: codes in clear, counts and times only committed to', async () => {
    const id = await desk.reported(crew.author);
    await put(id, { ...everyDetail(), agents: said(987) });
    await put(id, { agents: null, entrySought: said('YES') });
    const [first, second] = await entries(id);
    expect(first).toMatchObject({ actor: analyst.id, facts: { revision: 1 } });
    expect(first!.facts.details).toHaveLength(FIELDS.length);
    const told = (field: string) => first!.facts.details.find((one: any) => one.field === field);
    expect(told('entryOutcome')).toEqual({
      ...{ field: 'entryOutcome', value: 'GRANTED' },
      ...{ source: 'SCHOOL_STATEMENT', certainty: 'CONFIRMED' },
    });
    expect(told('agents')).toEqual({ field: 'agents', source: 'WITNESS', certainty: 'ALLEGED' });
    expect(JSON.stringify(first!.facts)).not.toMatch(/987|143|\b41\b/);
    expect(second).toMatchObject({ facts: { revision: 2 } });
    expect(second!.facts.details).toEqual([
      { field: 'agents', withdrawn: true },
      { field: 'entrySought', value: 'YES', source: 'WITNESS', certainty: 'ALLEGED' },
    ]);
    const values = await service.database.query('SELECT FROM ledger_disclosure');
    // That of the report, and of the counts and times.
    expect(values.length).toBeGreaterThanOrEqual(2);
  });

  it('that stand already are not recorded again', async () => {
    const id = await desk.reported(crew.author);
    await put(id, { authorityShown: said(['EXIGENCY_CLAIMED', 'ADMINISTRATIVE_I205']) });
    await put(id, { authorityShown: said(['ADMINISTRATIVE_I205', 'EXIGENCY_CLAIMED']) });
    await put(id, { agents: null });
    expect([await rows(id), (await entries(id)).length]).toEqual([1, 1]);
  });

  it.each([
    ['a count too high', { agents: said(1_000) }, 'agents.value'],
    ['a count below nothing', { vehicles: said(-1) }, 'vehicles.value'],
    ['no minute', { lockdown: said('HOLD'), lockdownMinutes: said(0) }, 'lockdownMinutes.value'],
    ['minutes without lockdown', { lockdownMinutes: said(5) }, 'lockdownMinutes.value'],
    [
      'minutes of none',
      { lockdown: said('NONE'), lockdownMinutes: said(5) },
      'lockdownMinutes.value',
    ],
    [
      'granted, not sought',
      { entryOutcome: said('GRANTED'), entrySought: said('NO') },
      'entryOutcome.value',
    ],
    ['granted, and nobody knows', { entryOutcome: said('REFUSED') }, 'entryOutcome.value'],
    [
      'decided by somebody, not decided',
      { entryDecidedBy: said('TEACHER') },
      'entryDecidedBy.value',
    ],
    [
      'no paper beside one',
      { authorityShown: said(['NONE', 'JUDICIAL_AO93']) },
      'authorityShown.value',
    ],
    ['a list of none', { officesNotified: said([]) }, 'officesNotified.value'],
    [
      'counsel read nothing',
      { authorityReadByCounsel: said('YES') },
      'authorityReadByCounsel.value',
    ],
    [
      'help from afar',
      { schoolPoliceAssisted: said('YES'), schoolPolicePresent: said('NO') },
      'schoolPoliceAssisted.value',
    ],
    [
      'a time, and not told',
      { familiesNotifiedAt: said('2026-01-01T00:00:00Z') },
      'familiesNotifiedAt.value',
    ],
    [
      'a time to come',
      { familiesNotified: said('YES'), familiesNotifiedAt: said('2126-01-01T00:00:00Z') },
      'familiesNotifiedAt.value',
    ],
    ['absences beside nothing', { absences: said(5) }, 'absences.value'],
    ['confirmed by the news', { agents: said(5, 'CONFIRMED', 'NEWS_MEDIA') }, 'agents.certainty'],
    ['confirmed, and alleged', { agencyConfirmed: said('ICE') }, 'agencyConfirmed.certainty'],
  ])('are refused with %s, by field, and nothing is written', async (_, details, field) => {
    const id = await desk.reported(crew.author);
    const { errors } = await record(service.url, analyst, id, { place: said('ROUTE'), ...details });
    expect(errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors![0]!.extensions.fields!.map((one) => one.field)).toEqual([field]);
    expect([await rows(id), (await entries(id)).length]).toEqual([0, 0]);
  });

  it('are refused when nothing is to be recorded', async () => {
    const id = await desk.reported(crew.author);
    const { errors } = await record(service.url, analyst, id, {});
    expect(errors![0]!.extensions.fields!.map(({ field }) => field)).toEqual(['input']);
  });

  it('cannot be left contradicting each other by taking one of them back', async () => {
    const id = await desk.reported(crew.author);
    await put(id, { entrySought: said('YES'), entryOutcome: said('GRANTED') });
    const { errors } = await record(service.url, analyst, id, { entrySought: null });
    expect(errors![0]!.extensions.fields).toEqual([
      { field: 'entrySought', message: expect.stringMatching(/^entryOutcome GRANTED/) },
    ]);
    await put(id, { entrySought: null, entryOutcome: null });
    expect((await of(id)).details.entryOutcome).toBeNull();
  });

  it('by twenty people at once all stand, and their revisions are in order', async () => {
    const id = await desk.reported(crew.author);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => put(id, { agents: said(n), vehicles: said(n) })),
    );
    const { details, detailHistory } = await of(id);
    expect(details.agents.value).toBe(details.vehicles.value);
    const revisions = detailHistory.map(({ revision }: any) => revision);
    expect(revisions).toEqual(Array.from({ length: 40 }, (_, n) => Math.floor(n / 2) + 1));
    expect(detailHistory.filter(({ supersededAt }: any) => !supersededAt)).toHaveLength(2);
    expect(await entries(id)).toHaveLength(20);
  });

  it('stay with an incident that was merged, and are not recorded of it any more', async () => {
    const [from, into] = [await desk.reported(crew.author), await desk.reported(crew.author)];
    await put(from, { agents: said(3) });
    await merge(service.url, crew.dispatcher, from, into);
    const { errors } = await record(service.url, analyst, from, { agents: said(4) });
    expect(errors![0]).toMatchObject({ extensions: { code: 'CONFLICT' } });
    expect(errors![0]!.message).toContain(into);
    expect((await of(from)).details.agents.value).toBe(3);
    expect((await of(into)).details.agents).toBeNull();
  });

  it('of an incident that is not there are not found', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    const { errors } = await record(service.url, analyst, nobody, { agents: said(4) });
    expect(errors![0]!.extensions.code).toBe('NOT_FOUND');
  });

  it('are open to no responder, also to the author of its reports', async () => {
    const id = await desk.reported(crew.author);
    await put(id, everyDetail());
    expect(await of(id, crew.author)).toEqual({
      ...{ details: null, detailHistory: null, departures: null },
    });
    const { errors } = await record(service.url, crew.author, id, { agents: said(1) });
    expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
  });

  it('of a list of incidents are those of each', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => desk.reported(crew.author)));
    for (const [n, id] of ids.entries()) await put(id, { agents: said(n + 10) });
    const { incidents } = await ask(
      service.url,
      '{ incidents(first: 50) { edges { node { id details { agents { value } } departures { rule } } } } }',
      {},
      analyst.token,
    );
    const found = new Map(
      incidents.edges.map(({ node }: any) => [node.id, node.details.agents?.value]),
    );
    expect(ids.map((id) => found.get(id))).toEqual([10, 11, 12]);
  });

  it('may be recorded of what was dismissed, for the school may have answered it', async () => {
    const id = await desk.reported(crew.author);
    const input = { incidentId: id, outcome: 'UNFOUNDED' };
    await ask(service.url, DISMISS, { input }, crew.dispatcher.token);
    await put(id, { lockdown: said('SECURE'), lockdownMinutes: said(20) });
    expect((await of(id)).departures).toEqual([]);
  });

  describe('hold nobody’s words', () => {
    it('because there is no text to give', () => {
      const { schema } = service.service.app.get(GraphQLSchemaHost);
      const input = schema.getType('RecordDetailsInput') as GraphQLInputObjectType;
      const types = new Set<GraphQLNamedType>();
      const walk = (type: GraphQLNamedType) => {
        types.add(type);
        if (isInputObjectType(type) || isObjectType(type))
          for (const { type: inner } of Object.values(type.getFields()))
            walk(getNamedType(inner as GraphQLType));
      };
      walk(input);
      const scalars = [...types].filter((type) => isScalarType(type)).map(({ name }) => name);
      expect(scalars.sort()).toEqual(['DateTime', 'ID', 'Int']);
      expect([...types].filter((type) => isEnumType(type)).length).toBeGreaterThan(10);
    });

    it('whatever writes them', async () => {
      const id = await desk.reported(crew.author);
      const write = (value: unknown) =>
        service.database.query(
          `INSERT INTO incident_detail (incident_id, revision, field, value, source, certainty, recorded_by, recorded_at)
           VALUES ($1, 1, 'place', $2, 'WITNESS', 'ALLEGED', $3, now())`,
          [id, JSON.stringify(value), analyst.id],
        );
      for (const words of [
        'Officer Smith',
        'Wilhelmina',
        ['NONE', 'a b'],
        { name: 'X' },
        -1,
        1.5,
        [],
      ])
        await expect(write(words)).rejects.toThrow(/incident_detail_coded_check/);
    });
  });

  it.each([
    `UPDATE incident_detail SET value = '1'`,
    `UPDATE incident_detail SET recorded_by = recorded_by`,
    'DELETE FROM incident_detail',
    'TRUNCATE incident_detail',
  ])('are kept as they were recorded: the service may not %s', async (statement) => {
    const database = service.service.app.get(Database);
    await expect(database.transaction((tx) => tx.query(statement))).rejects.toThrow(
      /permission denied/,
    );
  });
});
