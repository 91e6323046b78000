import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { BatchStore, type BatchKey } from '../src/delivery/batch.store.js';
import { TAKE_PAUSE } from '../src/delivery/pause-lock.js';
import { settle, type Attempt } from '../src/delivery/settlement.js';
import { Database } from '../src/platform/database.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

/** Claims: of two workers one sends, a lapsed claim is taken over, and a lost one writes nothing. */
describe('batches', () => {
  let service: TestService;
  let store: BatchStore;
  let key: BatchKey;
  const devices = [randomUUID(), randomUUID(), randomUUID()];

  beforeAll(async () => {
    service = await startService({ environment: { ROLE: 'api' } });
    store = service.service.app.get(BatchStore);
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    key = { deliveryId: randomUUID(), ordinal: 0 };
    await service.database.query(
      `INSERT INTO delivery (id, incident_id, ordinal, topic, payloads, expires, reach, created_at)
       VALUES ($1, $2, 0, 'topic', '{"en":"{}"}', now() + interval '1 hour', 'AUDIENCE', now())`,
      [key.deliveryId, randomUUID()],
    );
    await service.database.query(
      'INSERT INTO delivery_batch (delivery_id, ordinal, pending) VALUES ($1, 0, $2)',
      [key.deliveryId, devices],
    );
  });

  const transaction = <T>(work: Parameters<Database['transaction']>[0]) =>
    service.service.app.get(Database).transaction(work) as Promise<T>;
  const claim = (name: string) => transaction((tx) => store.claim(tx, key, name));
  const set = (change: string) =>
    service.database.query(`UPDATE delivery_batch SET ${change} WHERE delivery_id = $1`, [
      key.deliveryId,
    ]);
  const write = (name: string, attempts: Attempt[], out: string[] = [], at: Date | null = null) => {
    const settled = settle(attempts, []);
    const waiting = [...settled.waits.values()].flatMap(({ ids }) => ids);
    const rest = { pending: [...out, ...waiting], held: out.length > 0, at, now: new Date() };
    return transaction((tx) => store.settle(tx, key, name, settled, rest));
  };
  const row = async () =>
    (
      await service.database.query<Record<string, unknown>>(
        'SELECT * FROM delivery_batch WHERE delivery_id = $1',
        [key.deliveryId],
      )
    )[0]!;
  const sent = { host: 'h', keyId: 'k' };
  const accepted = (id: string): Attempt => ({ id, ...sent, outcome: { kind: 'accepted' } });

  it('are claimed by one of many at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => claim(randomUUID())));
    expect(answers.filter((answer) => answer !== 'held')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(19);
  });

  it('are taken over when a claim lapsed; who lost it writes nothing', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    expect(await claim(first)).toMatchObject({ pending: devices, attempts: 0 });
    await set(`claimed_until = now() - interval '1 second'`);
    expect(await claim(second)).toMatchObject({ pending: devices, attempts: 1 });
    expect(await write(first, devices.map(accepted))).toBe(false);
    expect(await row()).toMatchObject({ told: [], pending: devices });
    expect(await write(second, devices.map(accepted))).toBe(true);
    expect(await row()).toMatchObject({ told: devices, pending: [], claim: null });
    expect(await claim(randomUUID())).toBeUndefined();
  });

  it('remember when a claim lapsed: each device may have been told, whatever the next worker hears', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await claim(first);
    await write(first, [accepted(devices[0]!)], devices.slice(1));
    await set(`claimed_until = now() - interval '1 second'`);
    await claim(second);
    const busy = { kind: 'retry', afterMs: 60_000, uncertain: false } as const;
    await write(second, [accepted(devices[1]!), { id: devices[2]!, ...sent, outcome: busy }]);
    expect(await row()).toMatchObject({
      told: devices.slice(0, 2),
      pending: devices.slice(2),
      unsure: devices.slice(2),
    });
  });

  it('keep their claim while stragglers are out', async () => {
    const name = randomUUID();
    await claim(name);
    await write(name, [accepted(devices[0]!)], devices.slice(1));
    expect(await row()).toMatchObject({
      claim: name,
      told: [devices[0]],
      pending: devices.slice(1),
    });
    expect(await claim(randomUUID())).toBe('held');
    const reset: Attempt = {
      id: devices[1]!,
      ...sent,
      outcome: { kind: 'retry', afterMs: 60_000, uncertain: true },
    };
    const later = new Date(Date.now() + 60_000);
    await write(name, [reset, accepted(devices[2]!)], [], later);
    expect(await row()).toMatchObject({ pending: [devices[1]], unsure: [devices[1]], claim: null });
    expect(await claim(randomUUID())).toBeUndefined();
    await set(`not_before = now() - interval '1 second'`);
    expect(await claim(randomUUID())).toMatchObject({ pending: [devices[1]], attempts: 1 });
  });

  it('settle at once while others are claimed: each is counted, and none waits in a circle', async () => {
    const [ordinals, hosts] = [Array.from({ length: 24 }, (_, index) => index), ['a', 'b', 'c']];
    await service.database.query(
      `INSERT INTO delivery_batch (delivery_id, ordinal, pending)
       SELECT $1, ordinal, $2 FROM generate_series(1, 23) ordinal`,
      [key.deliveryId, devices],
    );
    const settled = await Promise.all(
      ordinals.map(async (ordinal) => {
        const name = randomUUID();
        const next = await transaction<{ ordinal: number } | undefined>((tx) =>
          store.claimNext(tx, key.deliveryId, name),
        );
        // Each knows its push services in another order.
        const order = devices.map((id, index) => ({ id, host: hosts[(index + ordinal) % 3]! }));
        const attempts = order.map((of) => ({ ...accepted(of.id), host: of.host }));
        const rest = { pending: [], held: false, at: null, now: new Date() };
        const batch = { ...key, ordinal: next!.ordinal };
        await transaction((tx) => store.settle(tx, batch, name, settle(attempts, []), rest));
        return next!.ordinal;
      }),
    );
    expect(settled.sort((a, b) => a - b)).toEqual(ordinals);
    expect(
      await service.database.query(
        `SELECT accepted, (SELECT json_object_agg(host, sent) FROM delivery_host
           WHERE delivery_id = id) AS hosts FROM delivery WHERE id = $1`,
        [key.deliveryId],
      ),
    ).toEqual([{ accepted: 72, hosts: { a: 24, b: 24, c: 24 } }]);
  });

  it('wait for a resumption that is under way: what it did not see yet has no other job', async () => {
    const { admin, database } = service;
    await database.query(
      'INSERT INTO alert_pause (id, paused_by, paused_at) VALUES ($1, $2, now())',
      [randomUUID(), admin.id],
    );
    expect(await claim(randomUUID())).toBeUndefined();
    const resuming = new pg.Client({ connectionString: database.url });
    await resuming.connect();
    await resuming.query('BEGIN');
    await resuming.query(TAKE_PAUSE.text);
    await resuming.query('UPDATE alert_pause SET resumed_at = now()');
    let done = false;
    const claimed = claim(randomUUID()).finally(() => (done = true));
    const waits = `SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => done || (await database.query(waits)).length > 0, 'the claim');
    await resuming.query('COMMIT');
    await resuming.end();
    expect(await claimed).toMatchObject({ pending: devices });
  });

  it('are not sent once their delivery is closed', async () => {
    await service.database.query('UPDATE delivery SET closed_at = now() WHERE id = $1', [
      key.deliveryId,
    ]);
    expect(await claim(randomUUID())).toBeUndefined();
  });
});
