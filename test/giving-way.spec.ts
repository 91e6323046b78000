import { jest } from '@jest/globals';
import { availableParallelism } from 'node:os';
import type { Stage } from '../src/platform/metrics.js';
import type { ChildService } from './support/child-service.js';
import { Crew } from './support/crew.js';
import { Fleet } from './support/fleet.js';
import { ask } from './support/graphql.js';
import { accept } from './support/staff.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { until } from './support/until.js';

const DEVICES = 4_000;
const PATIENCE_MS = 60_000;
const STAGES: Stage[] = ['plan', 'load', 'open', 'encrypt', 'send', 'settle'];

/** With as many processors nobody need give way. */
const TAKES_TURNS = availableParallelism() < 4;

jest.setTimeout(PATIENCE_MS);

describe('while thousands are told, a process', () => {
  let database: TestDatabase;
  let fleet: Fleet;
  let all: ChildService;
  let crew: Crew;

  beforeAll(async () => {
    database = await createTestDatabase();
    fleet = await Fleet.over(database, { PUSH_KEYS_AHEAD: '0' });
    await fleet.seed(DEVICES);
    await fleet.sink.delay(100);
    all = await fleet.all();
    const admin = await accept(all.url, all.adminInvite!, 'Admin');
    crew = await Crew.of({ url: all.url, admin });
  }, PATIENCE_MS);
  beforeEach(() => fleet.sink.forget());
  afterAll(async () => {
    await fleet.stop();
    await database.drop();
  });

  /** Of each stage, how many pages or batches went through it, and what they took; s. */
  async function stages({ url }: ChildService) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const of = (what: string, stage: string) => {
      const line = `campana_fan_out_stage_seconds_${what}{stage="${stage}"} `;
      return Number(text.split(line)[1]?.split('\n')[0]);
    };
    return new Map(STAGES.map((stage) => [stage, [of('count', stage), of('sum', stage)] as const]));
  }

  const isTold = async () =>
    (await database.query('SELECT FROM delivery WHERE completed_at IS NULL')).length === 0;

  /**
   * Of the time that it took to tell everybody, how much batches took one by one: over 1, some at once.
   * Answers that come in late are settled beside whatever is sent then.
   */
  async function batchesAtOnce(alertId: string, sender: ChildService): Promise<number> {
    expect(await fleet.sink.reached(DEVICES)).toBe(DEVICES);
    await until(isTold, 'everybody told', PATIENCE_MS);
    const [{ seconds }] = (await database.query(
      `SELECT extract(epoch FROM completed_at - created_at)::float AS seconds
       FROM delivery WHERE id = '${alertId}'`,
    )) as [{ seconds: number }];
    const seen = await stages(sender);
    return (seen.get('load')![1] + seen.get('send')![1]) / seconds;
  }

  it('does one thing after the other while requests come in; each stage is measured', async () => {
    const told = new AbortController();
    const keepAsking = async () => {
      while (!told.signal.aborted) await ask(all.url, '{ activeAlerts { edges { node { id } } } }');
    };
    const asking = Promise.all([keepAsking(), keepAsking(), keepAsking()]);
    const { alertId } = await crew.alert();
    const atOnce = await batchesAtOnce(alertId, all);
    told.abort();
    await asking;
    if (TAKES_TURNS) expect(atOnce).toBeLessThan(1);
    for (const [stage, [count]] of await stages(all))
      expect([stage, count >= 1]).toEqual([stage, true]);
  });

  it('looks at a batch once more, however often some of its answers are written down', async () => {
    const before = (await stages(all)).get('settle')![0];
    const { alertId } = await crew.alert({ location: YONDER });
    await until(isTold, 'everybody told', PATIENCE_MS);
    const settlements = (await stages(all)).get('settle')![0] - before;
    const looks = await database.query(
      `SELECT data->>'ordinal' AS ordinal FROM pgboss.job
       WHERE name = 'delivery-batch' AND data->>'deliveryId' = '${alertId}'`,
    );
    const batches = Math.ceil(DEVICES / 250);
    expect(looks).toHaveLength(batches);
    expect(new Set(looks.map((look) => (look as { ordinal: string }).ordinal)).size).toBe(batches);
    expect(settlements).toBeGreaterThan(batches);
    const [counted] = await database.query(`SELECT accepted FROM delivery WHERE id = '${alertId}'`);
    expect(counted).toEqual({ accepted: DEVICES });
  });

  it('begins with what is decided meanwhile before it is through with what was before', async () => {
    const first = await crew.alert({ location: FARTHER });
    expect(await fleet.sink.reached(500)).toBeGreaterThanOrEqual(500);
    const second = await crew.alert({ location: ELSEWHERE });
    await until(isTold, 'everybody told', PATIENCE_MS);
    const [row] = (await database.query(
      `SELECT (SELECT first_accepted_at FROM delivery WHERE id = '${second.alertId}')
         < (SELECT last_accepted_at FROM delivery WHERE id = '${first.alertId}') AS between`,
    )) as [{ between: boolean }];
    expect(row.between).toBe(true);
  });

  it('claims a batch while it sends another, where nobody asks anything', async () => {
    await all.stop();
    const [api, worker] = await Promise.all([fleet.api(), fleet.worker()]);
    const there = crew.at({ ...api, admin: crew.author });
    const { alertId } = await there.alert({ location: BEYOND });
    expect(await batchesAtOnce(alertId, worker)).toBeGreaterThan(1.2);
    expect((await stages(worker)).get('send')![0]).toBeGreaterThan(1);
  });
});

/** Other incidents in the same county. */
const ELSEWHERE = { latitude: 28.3, longitude: -81.36 };
const BEYOND = { latitude: 28.27, longitude: -81.46 };
const YONDER = { latitude: 28.32, longitude: -81.46 };
const FARTHER = { latitude: 28.27, longitude: -81.41 };
