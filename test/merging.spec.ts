import { latLngToCell } from 'h3-js';
import { FanOutService } from '../src/delivery/fan-out.service.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { subscribePush, type PushFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { merge, reportsOf, split } from './support/merges.js';
import { PLACES } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

const OSCEOLA = { districtId: '1201470' };
const around = ({ latitude, longitude }: { latitude: number; longitude: number }) => ({
  cell: { h3: latLngToCell(latitude, longitude, 7), radiusKm: 2 },
});
const [NEAR_A, NEAR_B] = [around(PLACES.kissimmee), around(PLACES.orlando)];
const ON_NOW = '{ activeAlerts { edges { node { id expires } } } }';

/** Whoever was told of one of two that became one: what they hear from then on, and how often. */
describe('merged incidents', () => {
  let service: TestService;
  let push: PushService;
  let crew: Crew;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
  });
  afterAll(() => push.stop());
  beforeEach(async () => {
    service = await startService({ environment: { ALERTS_PER_DISTRICT_HOUR: '100' } });
    crew = await Crew.of(service);
  });
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).toReversed()) await one.close();
    await service.close();
  });

  const ids = ({ device }: PushFamily) => device.received.map(({ json }) => json.id);
  const topics = ({ device }: PushFamily) => device.received.map(({ topic }) => topic);
  const told = async (alertId: string) => (await crew.complete(push, alertId)).accepted as number;
  const join = (fromId: string, intoId: string) =>
    merge(service.url, crew.dispatcher, fromId, intoId);
  const reports = (id: string) => reportsOf(service.url, crew.dispatcher, id);
  const apart = async (incidentId: string, reportIds: string[]) =>
    split(service.url, crew.dispatcher, incidentId, reportIds);
  const onNow = async () => {
    const { activeAlerts } = await ask(service.url, ON_NOW);
    return activeAlerts.edges.map(({ node }: { node: { id: string } }) => node.id) as string[];
  };
  const alertRow = async (id: string) => {
    const sql = `SELECT expires, "references", topic FROM alert WHERE id = $1`;
    return (await service.database.query<Record<string, any>>(sql, [id]))[0]!;
  };

  /** Two that are on, told to the end: families of the first, of the second, of both. */
  async function two(expiresInMinutes = 60) {
    const [ofA, ofB, both] = await Promise.all(
      [[OSCEOLA], [NEAR_B], [OSCEOLA, NEAR_A, NEAR_B]].map((areas) =>
        subscribePush(service.url, push, areas),
      ),
    );
    const a = await crew.alert({ location: PLACES.kissimmee }, { expiresInMinutes });
    await told(a.alertId);
    const b = await crew.alert({ location: PLACES.orlando });
    await told(b.alertId);
    return { a, b, ofA: ofA!, ofB: ofB!, both: both! };
  }

  it('tell everybody once, under the Topic they know, and nothing at the merge itself', async () => {
    const { a, b, ofA, ofB, both } = await two();
    const [topicA, topicB] = [topics(ofA)[0], topics(ofB)[0]];
    await join(a.incidentId, b.incidentId);
    const updateId = await crew.update(b.incidentId, 'MORE_AGENTS');
    expect(await told(updateId)).toBe(3);
    const clearId = await crew.clear(b.incidentId);
    expect(await told(clearId)).toBe(3);
    expect(ids(ofA)).toEqual([a.alertId, updateId, clearId]);
    expect(ids(ofB)).toEqual([b.alertId, updateId, clearId]);
    expect(ids(both)).toEqual([a.alertId, b.alertId, updateId, clearId]);
    expect(topics(ofA)).toEqual([topicA, topicA, topicA]);
    expect(topics(ofB)).toEqual([topicB, topicB, topicB]);
    expect(topics(both)).toEqual([topicA, topicB, topicB, topicB]);
    expect(topicA).not.toBe(topicB);
    expect(ofA.device.received[1]!.json.references).toEqual([a.alertId, b.alertId]);
    expect((await alertRow(clearId)).references).toEqual([a.alertId, b.alertId, updateId]);
  });

  it('leave what is on at once, and come back when they are split again', async () => {
    const { a, b } = await two();
    expect(await onNow()).toEqual([b.alertId, a.alertId]);
    const own = await reports(a.incidentId);
    await join(a.incidentId, b.incidentId);
    expect(await onNow()).toEqual([b.alertId]);
    expect(await reports(a.incidentId)).toEqual([]);
    await apart(b.incidentId, own);
    expect((await onNow()).sort()).toEqual([a.alertId, b.alertId].sort());
    expect(await reports(a.incidentId)).toEqual(own);
  });

  it('end, once split, each for its own, and for those told by the other in between', async () => {
    const { a, b, ofA, ofB, both } = await two();
    const own = await reports(a.incidentId);
    await join(a.incidentId, b.incidentId);
    const updateId = await crew.update(b.incidentId);
    await told(updateId);
    expect(await apart(b.incidentId, own)).toMatchObject({ id: a.incidentId, state: 'ACTIVE' });
    const goesOnId = await crew.update(a.incidentId, 'MOVED');
    expect(await told(goesOnId)).toBe(2);
    const clearB = await crew.clear(b.incidentId);
    expect(await told(clearB)).toBe(3);
    const clearA = await crew.clear(a.incidentId);
    expect(await told(clearA)).toBe(2);
    expect(ids(ofA)).toEqual([a.alertId, updateId, goesOnId, clearB, clearA]);
    expect(ids(ofB)).toEqual([b.alertId, updateId, clearB]);
    expect(ids(both)).toEqual([a.alertId, b.alertId, updateId, goesOnId, clearB, clearA]);
    // The end of the one must not take the place of the other's message that still waits.
    const topicOf = (family: PushFamily, id: string) =>
      family.device.received.find(({ json }) => json.id === id)!.topic;
    expect(topicOf(ofA, updateId)).toBe(topicOf(ofA, goesOnId));
    expect(topicOf(ofA, clearB)).toBe(topicOf(ofB, clearB));
    expect(topicOf(ofA, clearB)).not.toBe(topicOf(ofA, clearA));
  });

  it('without a word in between, end once split as if they had never been one', async () => {
    const { a, b, ofA, ofB } = await two();
    const own = await reports(a.incidentId);
    await join(a.incidentId, b.incidentId);
    await apart(b.incidentId, own);
    const clearB = await crew.clear(b.incidentId);
    expect(await told(clearB)).toBe(2);
    const clearA = await crew.clear(a.incidentId);
    expect(await told(clearA)).toBe(2);
    expect(ids(ofA)).toEqual([a.alertId, clearA]);
    expect(ids(ofB)).toEqual([b.alertId, clearB]);
    expect((await alertRow(clearA)).references).toEqual([a.alertId]);
  });

  it('follow one another in a chain, and come apart in reverse', async () => {
    const { a, b, ofA, ofB, both } = await two();
    const c = await crew.alert({ location: PLACES.apopka });
    await told(c.alertId);
    const [ownA, ownB] = [await reports(a.incidentId), await reports(b.incidentId)];
    await join(a.incidentId, b.incidentId);
    const first = await crew.update(b.incidentId);
    await told(first);
    await join(b.incidentId, c.incidentId);
    const second = await crew.update(c.incidentId, 'MOVED');
    expect(await told(second)).toBe(3);
    for (const family of [ofA, ofB, both]) expect(ids(family).slice(-2)).toEqual([first, second]);
    expect(topics(ofA)).toEqual(Array(3).fill(topics(ofA)[0]));
    // Told of both: under the Topic of the message that they saw last.
    expect(topics(both).slice(-2)).toEqual([topics(ofB)[0], topics(ofB)[0]]);
    expect(await onNow()).toEqual([second]);
    expect(await apart(c.incidentId, [...ownA, ...ownB])).toMatchObject({
      ...{ id: b.incidentId, state: 'ACTIVE' },
    });
    expect((await onNow()).sort()).toEqual([first, second].sort());
    expect(await apart(b.incidentId, ownA)).toMatchObject({ id: a.incidentId, state: 'ACTIVE' });
    expect((await onNow()).sort()).toEqual([a.alertId, first, second].sort());
  });

  it('are told the end for as long as any of their phones may show the alert', async () => {
    const { a, b } = await two(240);
    await join(a.incidentId, b.incidentId);
    const clearId = await crew.clear(b.incidentId);
    const [alert, clear] = [await alertRow(a.alertId), await alertRow(clearId)];
    expect(clear.expires.getTime()).toBeGreaterThanOrEqual(alert.expires.getTime());
  });

  it('are shown together where a notification leads', async () => {
    const { a, b } = await two();
    await join(a.incidentId, b.incidentId);
    await crew.clear(b.incidentId);
    const page = async (id: string) => (await fetch(`${service.url}/alerts/${id}`)).text();
    expect(await page(a.alertId)).toMatch(/<title>All clear/);
    expect(await page(b.alertId)).toMatch(/<title>All clear/);
  });

  it('tell everybody also when no worker had got to the first alerts before', async () => {
    const api = await startService({ environment: { ROLE: 'api' } });
    open.push(api);
    const idle = await Crew.of(api);
    const families = await Promise.all(
      [[OSCEOLA], [NEAR_B], [OSCEOLA, NEAR_B]].map((areas) => subscribePush(api.url, push, areas)),
    );
    const a = await idle.alert({ location: PLACES.kissimmee });
    const b = await idle.alert({ location: PLACES.orlando });
    await merge(api.url, idle.dispatcher, a.incidentId, b.incidentId);
    const updateId = await idle.update(b.incidentId, 'MOVED');
    const { database, secrets } = api;
    open.push(await startService({ environment: { ROLE: 'worker' }, database, secrets }));
    await push.waitFor(() => families.every((family) => ids(family).includes(updateId)), 20_000);
    await idle.complete(push, updateId);
    for (const family of families) {
      expect(ids(family).at(-1)).toBe(updateId);
      expect(ids(family).filter((id) => id === updateId)).toHaveLength(1);
    }
  });

  it('are forgotten with the incident they were merged into, not before', async () => {
    const { a, b } = await two();
    const forgetting = async () => {
      const sql = `SELECT DISTINCT data->>'incidentId' AS id FROM pgboss.job WHERE name = 'delivery-forget'`;
      return (await service.database.query<{ id: string }>(sql)).map(({ id }) => id).sort();
    };
    const recorded = async () => {
      const [row] = await service.database.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM delivery_batch`,
      );
      return row!.n;
    };
    await join(a.incidentId, b.incidentId);
    expect(await forgetting()).toEqual([]);
    await told(await crew.clear(b.incidentId));
    expect(await forgetting()).toEqual([a.incidentId, b.incidentId].sort());
    expect(await recorded()).toBeGreaterThan(0);
    await service.database.query(`UPDATE delivery SET expires = now() - interval '1 second'`);
    for (const id of await forgetting()) await service.service.app.get(FanOutService).forget(id);
    expect(await recorded()).toBe(0);
  });
});
