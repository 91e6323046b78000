import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { JOB, START_EXPORT, entriesOf, get, recordsOf, seedIncidents } from './support/exports.js';
import { ask, codeOf, send } from './support/graphql.js';
import { UPDATE_STAFF } from './support/operations.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const COUNT = 6_000;

describe('an export as a file', () => {
  let folder: string;
  let service: TestService;
  let analyst: Person;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campana-exports-'));
    service = await startService({ environment: { DATA_DIR: folder } });
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
    await seedIncidents(service.database, COUNT);
  });
  afterAll(async () => {
    sockets.forEach((socket) => socket.close());
    await service.close();
    await rm(folder, { recursive: true });
  });

  const start = async (input: object = {}, person = analyst) =>
    (await ask(service.url, START_EXPORT, { input: { format: 'CSV', ...input } }, person.token))
      .startExport as Record<string, any>;
  const job = async (id: string, person = analyst) =>
    (await ask(service.url, JOB, { id }, person.token)).exportJob as Record<string, any> | null;
  const finished = async (id: string) => {
    await until(async () => (await job(id))?.state === 'FINISHED', 'the file');
    return (await job(id))!;
  };
  const made = async (input: object = {}) => finished((await start(input)).id);
  const file = (id: string, headers: object = {}, person = analyst) =>
    get(service.url, `/exports/${id}/file`, person, headers);

  /** What somebody hears of exports. */
  async function listen({ token }: Person): Promise<Record<string, any>[]> {
    const heard: Record<string, any>[] = [];
    const socket = io(`${service.url}/dispatch`, { auth: { token }, transports: ['websocket'] });
    sockets.push(socket);
    socket.on('export', (one: Record<string, any>) => heard.push(one));
    await new Promise((connected) => socket.on('connect', () => connected(undefined)));
    return heard;
  }

  it('is made by the queue, told to its owner as it goes, and fetched whole', async () => {
    const heard = await listen(analyst);
    const others = await listen(service.admin);
    const { id, state, path } = await start();
    expect([state, path]).toEqual(['QUEUED', null]);
    const done = await finished(id);
    expect(done).toMatchObject({ rows: COUNT, total: COUNT, synthetic: false });
    await until(() => heard.at(-1)?.state === 'FINISHED', 'the news');
    expect(heard.map((one) => one.rows)).toEqual(expect.arrayContaining([5_000, COUNT]));
    expect(new Set(heard.map((one) => one.id))).toEqual(new Set([id]));
    expect(others).toEqual([]);
    const response = await get(service.url, done.path, analyst);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-disposition')).toContain(done.fileName);
    expect(recordsOf(bytes.toString())).toHaveLength(COUNT);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(done.sha256);
    const manifest = (await (await get(service.url, done.manifestPath, analyst)).json()) as object;
    expect(manifest).toMatchObject({ sha256: done.sha256, rows: COUNT, state: 'FINISHED' });
    await file(id);
    const kinds = (await entriesOf(service.database, id)).map(({ kind }) => kind);
    expect(kinds).toEqual(['export.began', 'export.finished', 'export.fetched']);
  });

  it('is fetched in parts, and goes on where it stopped', async () => {
    const { id, bytes, sha256 } = await made();
    const size = Number(bytes);
    const whole = Buffer.from(await (await file(id)).arrayBuffer());
    const first = await file(id, { range: 'bytes=0-99999' });
    const etag = first.headers.get('etag')!;
    expect([first.status, first.headers.get('content-range')]).toEqual([
      ...[206, `bytes 0-99999/${size}`],
    ]);
    expect(etag).toBe(`"${sha256}"`);
    const rest = await file(id, { range: 'bytes=100000-', 'if-range': etag });
    expect(rest.status).toBe(206);
    const parts = [first, rest].map(async (one) => Buffer.from(await one.arrayBuffer()));
    expect(Buffer.concat(await Promise.all(parts)).equals(whole)).toBe(true);
    const past = await file(id, { range: `bytes=${size}-` });
    expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
    expect((await file(id, { range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
    expect((await file(id, { 'if-none-match': etag })).status).toBe(304);
  });

  it('is sealed on the disk, for nobody else to read', async () => {
    const { id } = await made();
    const name = (await readdir(join(folder, 'exports'))).find((one) => one.startsWith(id))!;
    const { mode } = await stat(join(folder, 'exports', name));
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'exports'))).mode & 0o777).toBe(0o700);
  });

  it('is for whoever asked for it alone', async () => {
    const { id } = await made();
    expect(await job(id, service.admin)).toBeNull();
    expect((await file(id, {}, service.admin)).status).toBe(404);
    const other = await hire(service.url, service.admin, 'ANALYST');
    expect((await file(id, {}, other)).status).toBe(404);
    expect((await get(service.url, `/exports/${id}/file`)).status).toBe(401);
  });

  it('of an admin is not fetched by who is none any more', async () => {
    const demoted = await hire(service.url, service.admin, 'ADMIN', 'Three');
    const { id } = await start({}, demoted);
    await until(async () => (await job(id, demoted))?.state === 'FINISHED', 'the file');
    expect(await (await file(id, {}, demoted)).text()).toContain('exact_latitude');
    const input = { staffId: demoted.id, role: 'ANALYST' };
    await ask(service.url, UPDATE_STAFF, { input }, service.admin.token);
    const refused = await file(id, {}, demoted);
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain('exact_latitude');
  });

  it('is deleted after a day, by the clock', async () => {
    const { id, deletesAt } = await made();
    expect((Date.parse(deletesAt) - Date.now()) / 3_600_000).toBeCloseTo(24, 1);
    await service.database.query(
      `UPDATE pgboss.job SET start_after = now() WHERE name = 'export-tidy' AND data->>'exportId' = $1`,
      [id],
    );
    await until(async () => (await job(id))!.state === 'DELETED', 'the deletion');
    const left = await readdir(join(folder, 'exports'));
    expect(left.filter((name) => name.startsWith(id))).toEqual([]);
    const gone = await file(id);
    expect(gone.status).toBe(409);
    expect(((await gone.json()) as { error: { message: string } }).error.message).toMatch(/day/);
    expect((await entriesOf(service.database, id)).at(-1)).toMatchObject({
      ...{ kind: 'export.deleted', actor: 'clock' },
    });
  });

  it('is taken up again when a worker was killed over it', async () => {
    const { id } = await start({ filter: { until: '2024-01-01T13:00:00Z' } });
    await finished(id);
    // As a killed worker leaves it: taken up, half a file, no end.
    await writeFile(join(folder, 'exports', `${id}.1`), 'half');
    await service.database.query(
      `UPDATE export_run SET state = 'RUNNING', bytes = NULL, sha256 = NULL WHERE id = $1`,
      [id],
    );
    await service.database.query(
      `UPDATE pgboss.job SET state = 'retry', start_after = now(), completed_on = NULL
       WHERE name = 'export-file' AND data->>'exportId' = $1`,
      [id],
    );
    const again = await finished(id);
    const bytes = Buffer.from(await (await file(id)).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(again.sha256);
    const names = await readdir(join(folder, 'exports'));
    expect(names.filter((name) => name.startsWith(id))).toEqual([`${id}.2`]);
  });

  it('is not made for somebody who may not export any more', async () => {
    const leaving = await hire(service.url, service.admin, 'ANALYST');
    const { id } = await start({}, leaving);
    const input = { staffId: leaving.id, role: 'RESPONDER' };
    await ask(service.url, UPDATE_STAFF, { input }, service.admin.token);
    await service.database.query(
      `UPDATE export_run SET state = 'QUEUED' WHERE id = $1 AND state <> 'QUEUED'`,
      [id],
    );
    await service.database.query(
      `UPDATE pgboss.job SET state = 'retry', start_after = now(), completed_on = NULL
       WHERE name = 'export-file' AND data->>'exportId' = $1`,
      [id],
    );
    const state = async () =>
      (
        await service.database.query<{ state: string }>(
          'SELECT state FROM export_run WHERE id = $1',
          [id],
        )
      )[0]!.state;
    await until(async () => (await state()) === 'FAILED', 'the refusal');
  });

  it('is refused with what is wrong, and three at a time are enough', async () => {
    const wrong = (input: object) =>
      codeOf(service.url, START_EXPORT, { input: { format: 'CSV', ...input } }, analyst.token);
    expect(await wrong({ filter: { districtId: '9999999' } })).toBe('BAD_USER_INPUT');
    expect(await wrong({ format: 'NDJSON', hxl: true })).toBe('BAD_USER_INPUT');
    expect(await wrong({ releaseId: 'x' })).toBe('BAD_USER_INPUT');
    const person = await hire(service.url, service.admin, 'ANALYST');
    await service.database.query(
      `INSERT INTO export_run (id, kind, format, state, asked_by, role, filter, filter_key_id, hxl,
         asked_at, attempt, rows)
       SELECT gen_random_uuid(), 'FILE', 'csv', 'QUEUED', $1, 'ANALYST', '', '', false, now(), 0, 0
       FROM generate_series(1, 3)`,
      [person.id],
    );
    const { errors } = await send(
      service.url,
      START_EXPORT,
      { input: { format: 'CSV' } },
      person.token,
    );
    expect(errors![0]!.extensions.code).toBe('RATE_LIMITED');
  });
});
