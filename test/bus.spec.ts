import { randomUUID } from 'node:crypto';
import { ActiveSnapshot } from '../src/alerts/feeds/active-snapshot.service.js';
import { Bus } from '../src/platform/bus.js';
import { Database, lastly } from '../src/platform/database.js';
import { statement } from '../src/platform/statements.js';
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

  it('are known here before they commit, told of when they have, and arrive only then', async () => {
    const known: string[] = [];
    const committed: string[] = [];
    bus.onCommit('delivery', ({ deliveryId }) => committed.push(deliveryId));
    const arrived: string[] = [];
    bus.onAnnounce('delivery', ({ deliveryId }) => known.push(deliveryId));
    bus.onArrival('delivery', ({ deliveryId }) => arrived.push(deliveryId));
    const [kept, undone, last] = [randomUUID(), randomUUID(), randomUUID()];
    await announce(kept, () => {
      expect(known).toEqual([kept]);
      expect([...committed, ...arrived]).toEqual([]);
    });
    expect(committed).toEqual([kept]);
    const undo = new Error('undone');
    await expect(announce(undone, () => Promise.reject(undo))).rejects.toBe(undo);
    await announce(last);
    await until(() => arrived.includes(last), 'the last one');
    expect(known).toEqual([kept, undone, last]);
    expect(arrived).toEqual([kept, last]);
    expect(committed).toEqual([kept, last]);
  });

  it('go by an id of their own, and it is known whether they are certain', async () => {
    const [announced, committed, arrived]: [string[], [string, boolean][], string[]] = [[], [], []];
    bus.onAnnounce('incident', (_, id) => announced.push(id));
    bus.onCommit('incident', (_, id, isCertain) => committed.push([id, isCertain]));
    bus.onArrival('incident', (_, id) => arrived.push(id));
    const incidentId = randomUUID();
    const twice = (lose: boolean) =>
      database.transaction(async (tx) => {
        bus.announce(tx, 'incident', { incidentId });
        if (!lose) return;
        const [{ pid }] = (await tx.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
        await service.database.query('SELECT pg_terminate_backend($1)', [pid]);
      });
    await twice(false);
    await expect(twice(true)).rejects.toThrow();
    const [kept, lost] = announced as [string, string];
    expect(kept).not.toBe(lost);
    expect(committed).toEqual([
      [kept, true],
      [lost, false],
    ]);
    await until(() => arrived.includes(kept), 'the one that was committed');
  });

  it('come once where they were said twice in one transaction', async () => {
    const [known, arrived]: [string[], string[]] = [[], []];
    bus.onAnnounce('export', ({ exportId }) => known.push(exportId));
    bus.onArrival('export', ({ exportId }) => arrived.push(exportId));
    for (const exportId of ['twice', 'last'])
      await database.transaction(async (tx) => {
        bus.announce(tx, 'export', { exportId });
        bus.announce(tx, 'export', { exportId });
      });
    await until(() => arrived.includes('last'), 'the last one');
    expect(known).toEqual(['twice', 'last']);
    expect(arrived).toEqual(['twice', 'last']);
  });

  it('of what PostgreSQL refused up to its COMMIT are told of by nobody', async () => {
    const committed: string[] = [];
    bus.onCommit('report', ({ reportId }) => committed.push(reportId));
    const refused = statement('SELECT 1 / $1::int');
    await expect(
      database.transaction(async (tx) => {
        bus.announce(tx, 'report', { reportId: 'refused' });
        lastly(tx, refused, [0]);
      }),
    ).rejects.toThrow('division by zero');
    await expect(
      database.transaction(async (tx) => {
        bus.announce(tx, 'report', { reportId: 'undone' });
        await tx.query('SELECT 1 / 0').catch(() => undefined);
      }),
    ).rejects.toThrow();
    expect(committed).toEqual([]);
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

  it('of an alert make what is on be read anew, before whoever decided it is answered', async () => {
    const snapshot = service.service.app.get(ActiveSnapshot);
    const read = await snapshot.read();
    expect(await snapshot.read()).toBe(read);
    const alertId = randomUUID();
    await database.transaction(async (tx) => {
      bus.announce(tx, 'alert', { alertId });
      expect(await snapshot.read()).toBe(read);
    });
    const anew = await snapshot.read();
    expect(anew).not.toBe(read);
    // Heard back it is no news, and is not read again.
    const last = randomUUID();
    let heard = false;
    bus.onArrival('delivery', ({ deliveryId }) => (heard ||= deliveryId === last));
    await announce(last);
    await until(() => heard, 'what was announced after it');
    expect(await snapshot.read()).toBe(anew);
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
