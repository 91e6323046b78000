import pg from 'pg';
import { PushService } from './push-service/push-service.js';
import { startChild, type ChildService } from './support/child-service.js';
import { subscribePush } from './support/family.js';
import { ask } from './support/graphql.js';
import { DELIVERY, VERIFY } from './support/operations.js';
import { accept, hire, report } from './support/staff.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { until } from './support/until.js';
import { freshSecrets } from '../src/platform/secrets.js';
import { BATCH_SIZE } from '../src/delivery/fan-out.service.js';

const OSCEOLA = { districtId: '1201470' };
const DEVICES = 600;

/** Promise 3: nothing acknowledged is lost. Real processes, really killed. */
describe('a worker killed in mid-fan-out', () => {
  let push: PushService;
  let database: TestDatabase;
  let environment: Record<string, string>;
  const running: ChildService[] = [];

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

  it('is made up for by another: everybody is told, at most one batch twice', async () => {
    const api = await start('api');
    const worker = await start('worker');
    const admin = await accept(api.url, api.adminInvite!, 'Admin');
    const author = await hire(api.url, admin, 'RESPONDER', 'One');
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

  it('loses no transaction that was answered, and half-writes none, when connections are cut', async () => {
    const api = running[0]!;
    const invite = await ask(api.url, '{ __typename }');
    expect(invite.__typename).toBe('Query');
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const cut = () =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    const [staff] = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM staff');
    expect(staff!.n).toBe(2);
    await cut();
    await until(async () => {
      const ready = await fetch(`${api.url}/health/ready`);
      return ready.status === 200;
    }, 'readiness');
    await client.end();
  });
});
