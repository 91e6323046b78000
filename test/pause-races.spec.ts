import pg from 'pg';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { subscribePush, type PushFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { PAUSE, RESUME, VERIFY } from './support/operations.js';
import { Outbox, follow, hearPause } from './support/outbox.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };
/** More than one batch. */
const MANY = 280;
/** How many requests the push service takes at once of each process. */
const STREAMS = 20;
const PAUSE_LOCK = `hashtextextended('alert-pause', 0)`;

/** Two workers are busy at the moment of the pause. */
describe('once a pause has begun', () => {
  let one: TestService;
  let two: TestService;
  let push: PushService;
  let crew: Crew;
  let desk: Desk;
  let outbox: Outbox;

  beforeAll(async () => {
    push = await PushService.start({ maxConcurrentStreams: STREAMS });
    trust(push.certificates.caPem);
    one = await startService({ environment: { ALERTS_PER_DISTRICT_HOUR: '1000' } });
    const { database, secrets } = one;
    two = await startService({ database, secrets });
    crew = await Crew.of(one);
    desk = new Desk(one);
    outbox = new Outbox(database);
  }, 60_000);
  afterEach(async () => {
    await desk.attempt(RESUME, one.admin);
    await one.database.query('DELETE FROM subscription');
  });
  afterAll(async () => {
    await two.close();
    await one.close();
    await push.stop();
  });

  const pause = () => ask(one.url, PAUSE, {}, crew.dispatcher.token);
  const resume = () => ask(two.url, RESUME, {}, one.admin.token);
  const follower = () => subscribePush(one.url, push, [OSCEOLA]);
  const alert = () => crew.alert({ location: desk.spot() });
  const ids = ({ device }: PushFamily) => device.received.map(({ json }) => json.id as string);
  const total = (families: PushFamily[], count: (family: PushFamily) => number) =>
    families.reduce((sum, family) => sum + count(family), 0);
  const attempts = (families: PushFamily[]) => total(families, ({ device }) => device.attempts);
  /** An alert whose only device is to be tried again, when `comeDue` is called. */
  const putOff = async () => {
    const family = await follower();
    push.behave(family.device, { kind: 'status', status: 503, retryAfterSeconds: 300 }, 1);
    const { alertId } = await alert();
    const waits = () =>
      outbox.row(
        `SELECT FROM delivery_batch WHERE delivery_id = '${alertId}' AND not_before IS NOT NULL`,
      );
    await until(async () => Boolean(await waits()), 'the attempt');
    const comeDue = async () => {
      const { query } = one.database;
      await query('UPDATE delivery_batch SET not_before = now() WHERE delivery_id = $1', [alertId]);
      await query(
        `UPDATE pgboss.job SET start_after = now() WHERE name = 'delivery-batch'
           AND data->>'deliveryId' = $1 AND state = 'created'`,
        [alertId],
      );
    };
    return { family, alertId, comeDue };
  };
  /** Does something while a statement of somebody else's transaction is held. */
  const during = async <T>(statement: string, work: () => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: one.database.url });
    await client.connect();
    await client.query(`BEGIN; ${statement}`);
    try {
      return await work();
    } finally {
      await client.end();
    }
  };

  it('no batch is begun, and what waits in memory stays; all of it is sent once afterwards', async () => {
    const families: PushFamily[] = [];
    while (families.length < MANY)
      families.push(...(await Promise.all(Array.from({ length: 20 }, follower))));
    const { promise: when, resolve: answer } = Promise.withResolvers<void>();
    push.behave('host', { kind: 'accept', when });
    const { alertId } = await alert();
    await push.waitFor(() => attempts(families) >= STREAMS);
    const hearers = await Promise.all([one, two].map(({ url }) => hearPause(url, crew.dispatcher)));
    await pause();
    const begun = await outbox.claims();
    await Promise.all(hearers.map(({ heard }) => heard(1)));
    const sent = attempts(families);
    expect(sent).toBeLessThanOrEqual(2 * STREAMS);
    answer();
    await outbox.settled();
    expect(await outbox.claims()).toBe(begun);
    expect(attempts(families)).toBe(sent);
    expect(total(families, (family) => ids(family).length)).toBe(sent);
    await resume();
    await crew.complete(push, alertId);
    expect(families.map(ids)).toEqual(families.map(() => [alertId]));
    for (const { close } of hearers) close();
  }, 60_000);

  it('verifications that raced with it are sent afterwards, once, and nothing before', async () => {
    const families = [await follower(), await follower()];
    for (let round = 0; round < 5; round++) {
      const sockets = await Promise.all([one, two].map(({ url }) => follow(url, OSCEOLA)));
      const waiting = await Promise.all([1, 2, 3].map(() => desk.reported(crew.author)));
      const [codes] = await Promise.all([
        Promise.all(waiting.map((id) => desk.attempt(VERIFY, crew.dispatcher, { incidentId: id }))),
        pause(),
      ]);
      const begun = await outbox.claims();
      const heard = await Promise.all(sockets.map((socket) => socket.ids()));
      const issued = (await Promise.all(waiting.map((id) => desk.alerts(id)))).flat();
      const all = issued.map(({ id }) => id as string).sort();
      expect(all).toHaveLength(codes.filter((code) => code === 'OK').length);
      await outbox.settled();
      expect(await outbox.claims()).toBe(begun);
      expect(await Promise.all(sockets.map((socket) => socket.ids()))).toEqual(heard);
      await resume();
      await Promise.all(sockets.map((socket) => socket.until(all.length)));
      await Promise.all(all.map((id) => crew.complete(push, id)));
      for (const socket of sockets) expect(socket.heard().sort()).toEqual(all);
      const ofRound = (id: string) => all.includes(id);
      for (const family of families) expect(ids(family).filter(ofRound).sort()).toEqual(all);
      for (const { close } of sockets) close();
    }
  }, 60_000);

  it('a worker that was about to take up a batch has either taken it up before, or not at all', async () => {
    const { family, alertId, comeDue } = await putOff();
    const lock = `SELECT FROM delivery WHERE id = '${alertId}' FOR UPDATE`;
    const paused = await during(lock, async () => {
      await comeDue();
      await until(async () => (await outbox.waiting('FROM delivery WHERE id')) > 0, 'the worker');
      let begun: number | undefined;
      const done = pause().then(async () => (begun = await outbox.claims()));
      await until(async () => begun !== undefined || (await outbox.pauseWaits()), 'the pause');
      return { done };
    });
    const begun = await paused.done;
    await outbox.settled();
    expect(await outbox.claims()).toBe(begun);
    await resume();
    await crew.complete(push, alertId);
    expect(ids(family)).toEqual([alertId]);
  }, 180_000);

  it('a process that was about to tell its sockets holds back', async () => {
    const socket = await follow(one.url, OSCEOLA);
    const { alertId } = await outbox.pauseWith(alert);
    await during('LOCK TABLE alert IN ACCESS EXCLUSIVE MODE', async () => {
      await resume();
      await until(async () => (await outbox.waiting('^SELECT "alert"')) === 2, 'both');
      await pause();
    });
    for (let look = 0; look < 3; look++) expect(await socket.ids()).toEqual([]);
    await resume();
    await socket.until(1);
    expect(await socket.ids()).toEqual([alertId]);
    socket.close();
  });

  it('and ends, no batch is forgotten whose turn comes at that moment', async () => {
    const { family, alertId, comeDue } = await putOff();
    await pause();
    const resumed = await during(`SELECT pg_advisory_xact_lock_shared(${PAUSE_LOCK})`, async () => {
      const done = resume();
      await until(() => outbox.pauseWaits(), 'its end');
      await comeDue();
      const taken = `SELECT WHERE NOT EXISTS (SELECT FROM pgboss.job WHERE state < 'active'
        AND name = 'delivery-batch' AND data->>'deliveryId' = '${alertId}')`;
      await until(async () => Boolean(await outbox.row(taken)), 'its turn');
      return { done };
    });
    await resumed.done;
    await crew.complete(push, alertId);
    expect(ids(family)).toEqual([alertId]);
  });
});
