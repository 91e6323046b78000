import { randomUUID } from 'node:crypto';
import { ActiveSnapshot } from '../src/alerts/feeds/active-snapshot.service.js';
import { Bus } from '../src/platform/bus.js';
import { Database } from '../src/platform/database.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

describe('announcements', () => {
  let service: TestService;
  let bus: Bus;
  let database: Database;

  beforeAll(async () => {
    service = await startService();
    bus = service.service.app.get(Bus);
    database = service.service.app.get(Database);
  });
  afterAll(() => service.close());

  const announce = (deliveryId: string, before: () => Promise<void> | void = () => undefined) =>
    database.transaction(async (tx) => {
      bus.announce(tx, 'delivery', { deliveryId });
      await before();
    });

  it('are known here before they commit, and arrive only when they do', async () => {
    const known: string[] = [];
    const arrived: string[] = [];
    bus.onAnnounce('delivery', ({ deliveryId }) => known.push(deliveryId));
    bus.onArrival('delivery', ({ deliveryId }) => arrived.push(deliveryId));
    const [kept, undone, last] = [randomUUID(), randomUUID(), randomUUID()];
    await announce(kept, () => {
      expect(known).toEqual([kept]);
      expect(arrived).toEqual([]);
    });
    const undo = new Error('undone');
    await expect(announce(undone, () => Promise.reject(undo))).rejects.toBe(undo);
    await announce(last);
    await until(() => arrived.includes(last), 'the last one');
    expect(known).toEqual([kept, undone, last]);
    expect(arrived).toEqual([kept, last]);
  });

  it('arrive at once, however long an earlier one is being handled', async () => {
    const arrived: string[] = [];
    const handled: string[] = [];
    let go = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    bus.onArrival('report', ({ reportId }) => arrived.push(reportId));
    bus.on('report', async ({ reportId }) => {
      await gate;
      handled.push(reportId);
    });
    for (const reportId of ['one', 'two'])
      await database.transaction(async (tx) => bus.announce(tx, 'report', { reportId }));
    await until(() => arrived.length === 2, 'both');
    expect(handled).toEqual([]);
    go();
    await until(() => handled.length === 2, 'both handled');
    expect(handled).toEqual(['one', 'two']);
  });

  it('of an alert make what is on be read anew, from the moment before it can commit', async () => {
    const snapshot = service.service.app.get(ActiveSnapshot);
    const read = await snapshot.read();
    expect(await snapshot.read()).toBe(read);
    const alertId = randomUUID();
    await database.transaction(async (tx) => {
      bus.announce(tx, 'alert', { alertId });
      const first = await snapshot.read();
      expect(first).not.toBe(read);
      expect(await snapshot.read()).not.toBe(first);
    });
    // Heard back: it may be kept again.
    await until(async () => (await snapshot.read()) === (await snapshot.read()), 'it is kept');
  });

  it('that were missed while the line was down are made up for', async () => {
    const snapshot = service.service.app.get(ActiveSnapshot);
    let resumed = false;
    bus.onResumed(() => (resumed = true));
    const read = await snapshot.read();
    await service.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'campana-bus' AND datname = current_database()`,
    );
    await until(() => resumed, 'the line');
    expect(await snapshot.read()).not.toBe(read);
  });
});
