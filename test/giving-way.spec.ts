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

const DEVICES = 1_500;
const PATIENCE_MS = 60_000;
const STAGES: Stage[] = ['plan', 'load', 'open', 'encrypt', 'rest', 'send', 'settle'];
/** With as many processors nobody need give way. */
const RESTS = availableParallelism() < 4;

jest.setTimeout(PATIENCE_MS);

describe('while thousands are told, the sending thread', () => {
  let database: TestDatabase;
  let fleet: Fleet;
  let all: ChildService;
  let crew: Crew;

  beforeAll(async () => {
    database = await createTestDatabase();
    fleet = await Fleet.over(database, { PUSH_KEYS_AHEAD: '0' });
    await fleet.seed(DEVICES);
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

  it('makes way for requests, and tells everybody; each stage is measured', async () => {
    await crew.alert();
    const told = new AbortController();
    const asking = (async () => {
      while (!told.signal.aborted) await ask(all.url, '{ activeAlerts { edges { node { id } } } }');
    })();
    expect(await fleet.sink.reached(DEVICES)).toBe(DEVICES);
    await until(isTold, 'everybody told');
    told.abort();
    await asking;
    const seen = await stages(all);
    for (const [stage, [count]] of seen) expect([stage, count >= 1]).toEqual([stage, true]);
    expect(seen.get('rest')![1] > 0).toBe(RESTS);
  });

  it('of a worker that nobody asks anything never rests', async () => {
    await all.stop();
    const [api, worker] = await Promise.all([fleet.api(), fleet.worker()]);
    await crew.at({ ...api, admin: crew.author }).alert({ location: FARTHER });
    expect(await fleet.sink.reached(DEVICES)).toBe(DEVICES);
    await until(isTold, 'everybody told');
    const seen = await stages(worker);
    expect(seen.get('send')![0]).toBeGreaterThan(1);
    expect(seen.get('rest')![1]).toBe(0);
  });
});

/** Another incident in the same county. */
const FARTHER = { latitude: 28.27, longitude: -81.41 };
