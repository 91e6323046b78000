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
    await until(async () => {
      const [row] = await service.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pgboss.job WHERE name = $1 AND state = 'completed'`,
        [QUEUES.forget.name],
      );
      return row!.n === JOBS;
    }, 'the end of the backlog');
  });
});
