import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { PushService } from './push-service/push-service.js';
import { startChild, type ChildService } from './support/child-service.js';
import { connectSocket, subscribePush } from './support/family.js';
import { ask, send } from './support/graphql.js';
import { CLEAR, DELIVERY, FILE_REPORT, VERIFY } from './support/operations.js';
import { PLACES, accept, hire, report, reportInput, type Person } from './support/staff.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { until } from './support/until.js';
import { freshSecrets } from '../src/platform/secrets.js';
import { startEmbeddedDatabase } from '../src/platform/embedded-database.js';
import { BATCH_SIZE } from '../src/delivery/sender.js';

const importSchools = (environment: Record<string, string>) =>
  promisify(execFile)(
    process.execPath,
    ['dist/src/schools/import.command.js', 'data/schools/osceola_orange_FL.edge.txt'],
    { env: { ...process.env, ...environment } },
  );

const OSCEOLA = { districtId: '1201470' };
const DEVICES = 600;

/** Promise 3: nothing acknowledged is lost. Real processes, really killed. */
describe('several processes', () => {
  let push: PushService;
  let database: TestDatabase;
  let environment: Record<string, string>;
  const running: ChildService[] = [];
  let admin: Person;
  let author: Person;

  const start = async (role: 'api' | 'worker') => {
    const child = await startChild({ ...environment, ROLE: role });
    running.push(child);
    return child;
  };

  beforeAll(async () => {
    push = await PushService.start();
    database = await createTestDatabase();
    environment = {
      DATABASE_URL: database.url,
      ...freshSecrets(),
      PUSH_ALLOW_PRIVATE: '1',
      NODE_EXTRA_CA_CERTS: push.certificates.caFile,
    };
  }, 60_000);
  afterAll(async () => {
    await Promise.all(running.map((child) => child.stop('SIGKILL')));
    await push.stop();
    await database.drop();
  });

  it('make up for a worker killed in mid-fan-out: everybody is told, at most one batch twice', async () => {
    const api = await start('api');
    const worker = await start('worker');
    admin = await accept(api.url, api.adminInvite!, 'Admin');
    author = await hire(api.url, admin, 'RESPONDER', 'One');
    for (let from = 0; from < DEVICES; from += 20)
      await Promise.all(Array.from({ length: 20 }, () => subscribePush(api.url, push, [OSCEOLA])));
    const incidentId = await report(api.url, author);
    const { verifyIncident } = await ask(api.url, VERIFY, { input: { incidentId } }, admin.token);
    const alertId = verifyIncident.alerts[0].id as string;
    const devices = [...push.devices.values()];
    const told = () => devices.filter(({ received }) => received.length > 0).length;
    await push.waitFor(() => told() >= BATCH_SIZE + 50, 20_000);
    await worker.stop('SIGKILL');
    expect(told()).toBeLessThan(DEVICES);
    const killed = Date.now();
    await start('worker');
    await push.waitFor(() => told() === DEVICES, 30_000 - (Date.now() - killed));
    await until(async () => {
      const { delivery } = await ask(api.url, DELIVERY, { alertId }, admin.token);
      return delivery.complete;
    });
    const twice = devices.filter(({ received }) => received.length > 1);
    expect(twice.length).toBeLessThanOrEqual(BATCH_SIZE);
    for (const { received } of twice) {
      expect(new Set(received.map(({ json }) => json.id)).size).toBe(1);
      expect(new Set(received.map(({ topic }) => topic)).size).toBe(1);
    }
    const { delivery } = await ask(api.url, DELIVERY, { alertId }, admin.token);
    expect(delivery).toMatchObject({ audience: DEVICES, accepted: DEVICES, pending: 0 });
  }, 120_000);

  it('an API process that was held up gives its sockets the alert and then the end', async () => {
    const [api] = running as [ChildService];
    const other = await start('api');
    const sockets = await Promise.all(Array.from({ length: 20 }, () => connectSocket(other.url)));
    for (const socket of sockets) await socket.watch({ areas: [{ districtId: '1201440' }] });
    other.child.kill('SIGSTOP');
    const incidentId = await report(api.url, author, { location: PLACES.orlando });
    const input = { input: { incidentId } };
    const { verifyIncident } = await ask(api.url, VERIFY, input, admin.token);
    const { clearIncident } = await ask(api.url, CLEAR, input, admin.token);
    other.child.kill('SIGCONT');
    await Promise.all(sockets.map((socket) => socket.until(2)));
    const expected = [verifyIncident.alerts[0].id, clearIncident.alerts[1].id];
    for (const socket of sockets) {
      expect(socket.received.map(({ id }) => id)).toEqual(expected);
      socket.close();
    }
  }, 60_000);
});

describe('PostgreSQL restarted in mid-transaction', () => {
  it('loses nothing that was answered, half-writes nothing, and the service goes on', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'campana-restart-'));
    const first = await startEmbeddedDatabase({ dataDir, password: 'test' });
    const port = Number(new URL(first.url).port);
    const environment = { DATABASE_URL: first.url, ...freshSecrets(), PUSH_ALLOW_PRIVATE: '1' };
    await importSchools(environment);
    const child = await startChild({ ...environment, ROLE: 'all' });
    const admin = await accept(child.url, child.adminInvite!, 'Admin');
    const author = await hire(child.url, admin, 'RESPONDER', 'One');
    const answered = new Set<string>();
    const refused = new Set<string>();
    const done = new AbortController();
    const file = async (worker: number) => {
      for (let turn = 0; !done.signal.aborted; turn++) {
        const location = { latitude: 28.25 + worker / 100, longitude: -81.4 };
        const input = reportInput({ location, narrative: `${worker}/${turn}` });
        const answer = await send(child.url, FILE_REPORT, { input }, author.token);
        (answer.errors ? refused : answered).add(input.id);
        if (answer.errors) expect(answer.errors[0]!.extensions.code).toBe('INTERNAL_SERVER_ERROR');
      }
    };
    const workers = Array.from({ length: 8 }, (_, worker) => file(worker));
    await until(() => answered.size > 40, 'the first reports');
    await first.stop('immediate');
    const second = await startEmbeddedDatabase({ dataDir, password: 'test', port });
    const before = answered.size;
    await until(() => answered.size > before + 40, 'reports after the restart');
    done.abort();
    await Promise.all(workers);
    expect(refused.size).toBeGreaterThan(0);
    const client = new pg.Client({ connectionString: second.url });
    await client.connect();
    const kept = await client.query<{ id: string; entries: string; sightings: string }>(
      `SELECT id, (SELECT count(*) FROM ledger_entry
           WHERE convert_from(body, 'UTF8')::jsonb -> 'facts' ->> 'reportId' = report.id::text) AS entries,
         (SELECT count(*) FROM incident_sighting WHERE report_id = report.id) AS sightings
       FROM report`,
    );
    await client.end();
    const ids = new Set(kept.rows.map(({ id }) => id));
    expect([...answered].filter((id) => !ids.has(id))).toEqual([]);
    for (const row of kept.rows) expect(row).toMatchObject({ entries: '1', sightings: '1' });
    expect((await fetch(`${child.url}/health/ready`)).status).toBe(200);
    await child.stop();
    await second.stop();
    await rm(dataDir, { recursive: true, force: true });
  }, 90_000);
});

describe('two processes that start at once on an empty database', () => {
  it('do not race: both serve, and show the same invite', async () => {
    const database = await createTestDatabase('template1');
    const environment = { DATABASE_URL: database.url, ...freshSecrets() };
    const children = await Promise.all([startChild(environment), startChild(environment)]);
    const tokens = children.map(({ adminInvite }) => adminInvite!.split('/invite/')[1]);
    expect(tokens[0]).toBe(tokens[1]);
    for (const { url } of children) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await Promise.all(children.map((child) => child.stop()));
    await database.drop();
  }, 60_000);
});
