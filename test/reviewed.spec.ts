import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Reviewed } from '../src/incidents/review/reviewed.service.js';
import { QUEUES } from '../src/platform/queues.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { ask } from './support/graphql.js';
import { WRITE_NOTE, page } from './support/review.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = '1201470';
const PROMISE = `INSERT INTO district_policy (id, version, district_id, kind, effective_from, source_url,
    source_sha256, entered_at, entered_by)
  VALUES ($1, 1, '${OSCEOLA}', 'WELCOMING_RESOLUTION', '2020-01-01', 'https://board.example.org/',
    repeat('a', 64), now(), $2)`;

const AS_DECIDED = `incident JOIN incident_review ON incident_id = id
  WHERE id = $1 AND incident.latitude = incident_review.latitude`;
const WITH_WORDS = `incident_review WHERE incident_id = $1 AND notes <> ''`;
const WITHDRAW = `UPDATE incident_note
  SET text = NULL, key_id = NULL, words = NULL, withdrawn_at = now() WHERE incident_id = $1`;

/** The row that is reviewed of a new incident, which its report leaves to others. */
describe('what is reviewed of a new incident', () => {
  let service: TestService;
  let desk: Desk;
  let crew: Crew;
  let analyst: Person;

  beforeAll(async () => {
    service = await startService();
    desk = new Desk(service);
    crew = await Crew.of(service);
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    // The minute's job has been, and comes again in a minute.
    await until(async () => (await jobs('completed')) > 0, 'the first job');
  });
  afterAll(() => service.close());

  const jobs = async (state: string) =>
    counted('pgboss.job WHERE name = $1 AND state::text = $2', QUEUES.reviewed.name, state);
  const counted = async (from: string, ...values: unknown[]) => {
    const text = `SELECT count(*)::int AS n FROM ${from}`;
    return (await service.database.query<{ n: number }>(text, values))[0]!.n;
  };
  const rows = (ids: string[]) =>
    counted('incident_review WHERE incident_id = ANY ($1::uuid[])', ids);
  const noted = (ids: string[]) =>
    counted('incident_unreviewed WHERE incident_id = ANY ($1::uuid[])', ids);
  const found = async (filter: object = {}) =>
    (await page(service.url, analyst, { filter, first: 100 })).ids;
  const policies = async (id: string) => {
    const text = 'SELECT policies FROM incident_review WHERE incident_id = $1';
    return (await service.database.query<{ policies: string[] }>(text, [id]))[0]!.policies;
  };
  const waiting = async () =>
    (await counted(
      `pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )) > 0;
  const reported = (count: number) =>
    Promise.all(Array.from({ length: count }, () => desk.reported(crew.author)));

  it('is not made by its report, and is there for whoever asks after it', async () => {
    const [id] = (await reported(1)) as [string];
    expect([await rows([id]), await noted([id])]).toEqual([0, 1]);
    expect(await found({ districtIds: [OSCEOLA] })).toContain(id);
    expect([await rows([id]), await noted([id])]).toEqual([1, 0]);
  });

  it('is made once, and for everybody, when many ask at once', async () => {
    const ids = await reported(9);
    const seen = await Promise.all(Array.from({ length: 8 }, () => found()));
    for (const one of seen) expect(one).toEqual(expect.arrayContaining(ids));
    expect([await rows(ids), await noted(ids)]).toEqual([9, 0]);
  });

  it('is made and taken off the list together, or neither', async () => {
    const ids = await reported(3);
    const line = await connected();
    await line.query('BEGIN');
    await line.query('SELECT incident_review_catch_up(0, 1000000, 2)');
    // As if whoever did it had died.
    await line.end();
    await until(async () => (await rows(ids)) + (await noted(ids)) === 3, 'the end of it');
    expect(await noted(ids)).toBe(3);
    expect(await found()).toEqual(expect.arrayContaining(ids));
  });

  it('waits for no policy that is being written, and rests on it once it is', async () => {
    const line = await connected();
    await line.query('BEGIN');
    await line.query(PROMISE, [randomUUID(), service.admin.id]);
    const [id] = (await reported(1)) as [string];
    for (let time = 0; time < 2; time++) {
      expect(await found()).toContain(id);
      expect([await policies(id), await noted([id])]).toEqual([[], 1]);
    }
    await line.query('COMMIT');
    await line.end();
    expect(await found({ policies: ['WELCOMING_RESOLUTION'] })).toContain(id);
    expect([await policies(id), await noted([id])]).toEqual([['WELCOMING_RESOLUTION'], 0]);
  });

  it('rests on what is decided while it is made', async () => {
    const [id] = (await reported(1)) as [string];
    const line = await connected();
    await line.query('BEGIN');
    await line.query(`UPDATE incident SET latitude = latitude + 0.001 WHERE id = $1`, [id]);
    const asked = found();
    await until(waiting, 'whoever asks waits for the decision');
    await line.query('COMMIT');
    await line.end();
    await asked;
    expect(await counted(AS_DECIDED, id)).toBe(1);
  });

  it('has no word of a note that is withdrawn while it is made anew', async () => {
    const [id] = (await reported(1)) as [string];
    await ask(service.url, WRITE_NOTE, { input: { incidentId: id, text: 'Maple' } }, analyst.token);
    expect(await counted(WITH_WORDS, id)).toBe(1);
    const [withdrawing, deciding] = [await connected(), await connected()];
    await withdrawing.query('BEGIN');
    await withdrawing.query(WITHDRAW, [id]);
    const decided = deciding.query(
      'UPDATE incident SET latitude = latitude + 0.001 WHERE id = $1',
      [id],
    );
    await until(waiting, 'the decision waits for the withdrawal');
    await withdrawing.query('COMMIT');
    await decided;
    await Promise.all([withdrawing.end(), deciding.end()]);
    expect([await counted(AS_DECIDED, id), await counted(WITH_WORDS, id)]).toEqual([1, 0]);
  });

  it('is made in batches, and passes over what is gone', async () => {
    await service.database.query(
      `INSERT INTO incident_unreviewed (incident_id) SELECT gen_random_uuid() FROM generate_series(1, 450)`,
    );
    const [id] = (await reported(1)) as [string];
    await service.service.app.get(Reviewed).upToDate();
    expect([await rows([id]), await counted('incident_unreviewed')]).toEqual([1, 0]);
  });

  it('is noted, and taken off the list, by the database alone', async () => {
    for (const text of [
      `INSERT INTO incident_unreviewed (incident_id) VALUES ('${randomUUID()}')`,
      'DELETE FROM incident_unreviewed',
    ])
      await expect(
        service.database.query(`SET ROLE campana_service; ${text}; RESET ROLE`),
      ).rejects.toThrow('permission denied');
  });

  const connected = async () => {
    const line = new pg.Client({ connectionString: service.database.url });
    await line.connect();
    return line;
  };
});
