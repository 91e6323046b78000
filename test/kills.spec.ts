import { randomInt } from 'node:crypto';
import { BATCH_SIZE } from '../src/delivery/sender.js';
import { Fleet } from './support/fleet.js';
import { killInFanOut } from './support/kills.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/**
 * A push service so slow that each batch still has devices out when the next one begins. The whole
 * of it, with fifty kills among 20,000 devices, is `npm run soak:kills`.
 */
const PLAN = { devices: 4_000, kills: 3, workers: 2, answerMs: 250 };

describe('workers killed at random moments of a fan-out', () => {
  let database: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    database = await createTestDatabase();
    fleet = await Fleet.over(database);
  });
  afterAll(async () => {
    await fleet.stop();
    await database.drop();
  });

  it('lose nobody, and each repeats at most one batch', async () => {
    const seed = randomInt(2 ** 31);
    const report = await killInFanOut(fleet, { ...PLAN, seed });
    const tooMany = report.kills.filter(({ repeated }) => repeated > BATCH_SIZE);
    expect({ seed, ...report, tooMany }).toMatchObject({
      seed,
      tooMany: [],
      missed: 0,
      repeatedByTheLiving: 0,
      delivery: { complete: true, audience: PLAN.devices, accepted: PLAN.devices, pending: 0 },
    });
    expect(report.kills).toHaveLength(PLAN.kills);
  }, 180_000);
});
