import { request, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { Database } from '../src/platform/database.js';
import { entriesOf, get, seedIncidents } from './support/exports.js';
import { hire, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

/** Whoever takes an export may go away at any moment; nothing may be kept for them. */
describe('exports that nobody takes to the end', () => {
  let service: TestService;
  let analyst: Person;

  beforeAll(async () => {
    service = await startService();
    analyst = await hire(service.url, service.admin, 'ANALYST', 'Three');
  });
  afterAll(() => service.close());

  const fetched = (path: string) => get(service.url, path, analyst);

  it('hold nothing for whoever is gone before the first byte', async () => {
    const { app } = service.service;
    const server = app.getHttpServer() as Server;
    const sockets: Socket[] = [];
    server.on('connection', (socket: Socket) => sockets.push(socket));
    const headers = { authorization: `Bearer ${analyst.token}` };
    const since = new Date();
    await app.get(Database).transaction(async (tx) => {
      await tx.query('LOCK TABLE export_run IN EXCLUSIVE MODE');
      const asked = Array.from({ length: 4 }, () =>
        request(`${service.url}/exports/incidents.csv`, { agent: false, headers })
          .on('error', () => undefined)
          .end(),
      );
      await until(async () => (await waiting()) === asked.length, 'four that wait');
      asked.forEach((one) => one.destroy());
      await until(() => sockets.every(({ destroyed }) => destroyed), 'the lost lines');
    });
    const broken = async () =>
      (
        await service.database.query(
          `SELECT FROM export_run WHERE asked_at >= $1 AND state = 'BROKEN_OFF' AND bytes = 0`,
          [since],
        )
      ).length;
    await until(async () => (await broken()) === 4, 'their ends');
    expect((await fetched('/exports/incidents.csv')).status).toBe(200);
  });

  const waiting = async () =>
    (
      await service.database.query(
        `SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      )
    ).length;

  it('say how far they got when whoever took them goes away', async () => {
    await seedIncidents(service.database, 20_000);
    const id = await new Promise<string>((resolve, reject) => {
      const asked = request(
        `${service.url}/exports/incidents.ndjson`,
        { headers: { authorization: `Bearer ${analyst.token}` } },
        (response) => {
          response.once('data', () => {
            resolve(response.headers['campana-export'] as string);
            response.destroy();
          });
        },
      );
      asked.on('error', reject).end();
    });
    await until(async () => (await entriesOf(service.database, id)).length === 2, 'the end');
    const [, end] = await entriesOf(service.database, id);
    expect(end).toMatchObject({ kind: 'export.broken-off', actor: analyst.id });
    expect(end!.facts.bytes).toBeGreaterThan(0);
    const told = (await (await fetched(`/exports/${id}/manifest.json`)).json()) as object;
    expect(told).toMatchObject({ state: 'BROKEN_OFF', bytes: end!.facts.bytes });
    const held = async () => {
      const [open] = await service.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      return open!.n;
    };
    await until(async () => (await held()) === 0, 'the snapshot’s end');
  });
});
