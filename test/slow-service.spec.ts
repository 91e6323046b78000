import { randomUUID } from 'node:crypto';
import { FanOutService } from '../src/delivery/fan-out.service.js';
import { SENDER, type Sender, type Sent } from '../src/delivery/sender.js';
import { Asked } from '../src/platform/asked.js';
import { Database } from '../src/platform/database.js';
import { Queue } from '../src/platform/queue.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

/** More than have stragglers out at once. */
const BATCHES = 30;
const MOST_OUT = 8;

/** One slow push service holds up nobody else's correction. */
describe('a process whose push service does not answer, while requests come in', () => {
  let service: TestService;
  let out: (() => void)[];
  let closed: boolean;

  beforeAll(async () => {
    service = await startService();
    const { app } = service.service;
    Object.defineProperty(app.get(Asked), 'waitsForRoom', { value: true });
    [out, closed] = [[], false];
    app.get<Sender>(SENDER).send = async (): Promise<Sent> => ({
      ...{ done: [], out: closed ? [] : [randomUUID()], took: { open: 0, encrypt: 0 } },
      next: closed ? undefined : new Promise((end) => out.push(() => end({ done: [], out: [] }))),
      settled: () => undefined,
    });
  });
  afterAll(async () => {
    closed = true;
    for (const end of out) end();
    await service.close();
  });

  /** @returns its id */
  async function delivery(reach: string, incident: string, ordinal: number): Promise<string> {
    const id = randomUUID();
    await service.database.query(
      `INSERT INTO delivery (id, incident_id, ordinal, topic, payloads, expires, reach, created_at)
       VALUES ($1, $2, $3, 'topic', '{"en":"{}"}', now() + interval '1 hour', $4, now())`,
      [id, incident, ordinal, reach],
    );
    return id;
  }

  it('plans what corrects another incident at once', async () => {
    const { app } = service.service;
    const slow = await delivery('AUDIENCE', randomUUID(), 0);
    await service.database.query(
      `INSERT INTO delivery_batch (delivery_id, ordinal, pending)
       SELECT $1, ordinal, ARRAY[gen_random_uuid()]
       FROM generate_series(0, $2 - 1) ordinal`,
      [slow, BATCHES],
    );
    const incident = randomUUID();
    const first = await delivery('AUDIENCE', incident, 0);
    await service.database.query('UPDATE delivery SET planned_at = now() WHERE id = $1', [first]);
    const correction = await delivery('TOLD', incident, 1);
    await app
      .get(Database)
      .transaction((tx) => app.get(Queue).send(tx, 'lane', { deliveryId: slow }));
    await until(() => out.length >= MOST_OUT, 'stragglers');
    await app.get(FanOutService).plan(correction, null);
    const [row] = await service.database.query('SELECT planned_at FROM delivery WHERE id = $1', [
      correction,
    ]);
    expect(row).toMatchObject({ planned_at: expect.any(Date) });
    expect(out.length).toBeLessThan(BATCHES);
  });
});
