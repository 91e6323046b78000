import { randomUUID } from 'node:crypto';
import { SENDER, type Sender } from '../src/delivery/sender.js';
import { Database } from '../src/platform/database.js';
import { Queue } from '../src/platform/queue.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const BATCHES = 200;

/** A worker that cannot send must leave the batches to others: a claim takes seconds to lapse. */
describe('a worker that cannot send', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('takes up no more than the batches that failed', async () => {
    const { app } = service.service;
    app.get<Sender>(SENDER).send = () => Promise.reject(new Error('it died'));
    const id = randomUUID();
    await service.database.query(
      `INSERT INTO delivery (id, incident_id, ordinal, topic, payloads, expires, reach, created_at)
       VALUES ($1, $2, 0, 'topic', '{"en":"{}"}', now() + interval '1 hour', 'AUDIENCE', now())`,
      [id, randomUUID()],
    );
    await service.database.query(
      `INSERT INTO delivery_batch (delivery_id, ordinal, pending)
       SELECT $1, ordinal, ARRAY[gen_random_uuid()] FROM generate_series(0, $2 - 1) ordinal`,
      [id, BATCHES],
    );
    await app
      .get(Database)
      .transaction((tx) => app.get(Queue).send(tx, 'lane', { deliveryId: id }));
    const failed = `SELECT FROM pgboss.job WHERE data->>'deliveryId' = $1 AND state = 'retry'`;
    await until(
      async () => (await service.database.query(failed, [id])).length > 0,
      'the lane to fail',
    );
    const claimed = await service.database.query(
      'SELECT FROM delivery_batch WHERE delivery_id = $1 AND claim IS NOT NULL',
      [id],
    );
    // Two were on their way when the first failed.
    expect(claimed.length).toBeGreaterThan(0);
    expect(claimed.length).toBeLessThanOrEqual(3);
  });
});
