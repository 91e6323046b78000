import { randomUUID } from 'node:crypto';
import { Database } from '../src/platform/database.js';
import { Queue } from '../src/platform/queue.js';
import { QUEUES } from '../src/platform/queues.js';
import { startService, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

describe('the queue', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('works a backlog off without a rest after each job', async () => {
    const JOBS = 20;
    const jobs = Array.from({ length: JOBS }, () => ({ incidentId: randomUUID() }));
    const { app } = service.service;
    await app.get(Database).transaction((tx) => app.get(Queue).sendAll(tx, 'forget', jobs));
    const states = () =>
      service.database.query<{ state: string; n: number }>(
        `SELECT state::text, count(*)::int AS n FROM pgboss.job WHERE name = $1 GROUP BY 1`,
        [QUEUES.forget.name],
      );
    // With a rest after each it would take longer than this waits.
    await until(
      async () => (await states()).every(({ state }) => state === 'completed'),
      'the end of the backlog',
    );
    expect(await states()).toEqual([{ state: 'completed', n: JOBS }]);
  });
});
