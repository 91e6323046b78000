import { IncidentClock } from '../src/incidents/incident-clock.service.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { connectSocket, subscribePush, type PushFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { CLEAR, UPDATE, UPDATE_SUBSCRIPTION, VERIFY } from './support/operations.js';
import { hire, report, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };
const MINUTE = 60_000;

describe('an alert that nobody confirms', () => {
  let service: TestService;
  /** A second API process. */
  let other: TestService;
  let push: PushService;
  let crew: Crew;
  let desk: Desk;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService({ environment: { ALERTS_PER_DISTRICT_HOUR: '1000' } });
    const { database, secrets } = service;
    other = await startService({ environment: { ROLE: 'api' }, database, secrets });
    crew = await Crew.of(service);
    desk = new Desk(service);
  }, 60_000);
  afterAll(async () => {
    await other.close();
    await service.close();
    await push.stop();
  });

  const alert = (expiresInMinutes?: number) =>
    crew.alert({ location: desk.spot() }, { expiresInMinutes });
  const times = async (incidentId: string) => {
    const [row] = await service.database.query<{ warnAt: Date | null; expiresAt: Date }>(
      'SELECT warn_at AS "warnAt", expires_at AS "expiresAt" FROM incident WHERE id = $1',
      [incidentId],
    );
    return row!;
  };
  type Moment = 'warn_at' | 'expires_at';
  const setNow = (incidentId: string, moment: Moment) =>
    service.database.query(`UPDATE incident SET ${moment} = now() WHERE id = $1`, [incidentId]);
  /** Lets a moment come, and the clock's jobs with it. */
  const come = async (incidentId: string, moment: Moment) => {
    await setNow(incidentId, moment);
    await desk.strike(incidentId);
  };
  /** What a job of the clock does, at once. */
  const tick = (incidentId: string) => service.service.app.get(IncidentClock).strike(incidentId);
  const tickAt = async (incidentId: string, moment: Moment) => {
    await setNow(incidentId, moment);
    await tick(incidentId);
  };
  const struck = (incidentId: string) =>
    until(async () => {
      const jobs = await desk.clockJobs(incidentId);
      return jobs.every(({ at }) => at.getTime() > Date.now() + MINUTE / 4);
    }, 'the clock');
  const expire = async (incidentId: string) => {
    await come(incidentId, 'expires_at');
    await until(async () => (await desk.incident(incidentId)).state === 'EXPIRED', 'EXPIRED');
  };
  /** Who hears that incidents lapse, in order. */
  const hearer = async (person: Person, at = service) => {
    const { socket, close } = await connectSocket(at.url, { token: person.token }, '/dispatch');
    const lapsing: string[] = [];
    socket.on('lapsing', ({ id }) => lapsing.push(id));
    return { lapsing, close, heard: (id: string) => until(() => lapsing.includes(id), 'lapsing') };
  };
  const ids = ({ device }: PushFamily) => device.received.map(({ json }) => json.id);

  it.each([
    [60, 50],
    [240, 230],
    [20, 10],
    [15, 7.5],
    [2, 1],
    [undefined, 50],
  ])('of %s minutes has its dispatchers warned after %s', async (minutes, after) => {
    const { incidentId } = await alert(minutes);
    const { confirmedAt } = await desk.incident(incidentId);
    const { warnAt, expiresAt } = await times(incidentId);
    expect(warnAt!.getTime() - Date.parse(confirmedAt)).toBe(after * MINUTE);
    const jobs = (await desk.clockJobs(incidentId)).map(({ at }) => at.toISOString());
    expect(jobs).toEqual([warnAt!.toISOString(), expiresAt.toISOString()]);
  });

  it('has every dispatcher warned once, at every process, and nobody else', async () => {
    const dispatchers = [
      await hearer(crew.dispatcher),
      await hearer(crew.dispatcher, other),
      await hearer(service.admin, other),
    ];
    const analyst = await hire(service.url, service.admin, 'ANALYST', 'Two');
    const others = [await hearer(crew.author), await hearer(analyst, other)];
    const [first, second] = [await alert(), await alert()];
    for (const { incidentId } of [first, second]) {
      await come(incidentId, 'warn_at');
      await Promise.all(dispatchers.map(({ heard }) => heard(incidentId)));
      await desk.strike(incidentId);
      await struck(incidentId);
    }
    const both = [first.incidentId, second.incidentId];
    for (const { lapsing } of dispatchers) expect(lapsing).toEqual(both);
    for (const { lapsing } of others) expect(lapsing).toEqual([]);
    expect(await desk.incident(first.incidentId)).toMatchObject({ state: 'ACTIVE' });
    expect(await times(first.incidentId)).toMatchObject({ warnAt: null });
    expect(await desk.alerts(first.incidentId)).toHaveLength(1);
    await expire(first.incidentId);
    for (const { close } of [...dispatchers, ...others]) close();
  });

  it('has nobody warned at the old moment when it was extended in time, but before the new one', async () => {
    const dispatcher = await hearer(crew.dispatcher);
    const [{ incidentId }, barrier] = [await alert(12), await alert()];
    const before = await times(incidentId);
    await crew.update(incidentId);
    const after = await times(incidentId);
    expect(after.warnAt!.getTime()).toBeGreaterThan(before.expiresAt.getTime());
    await tick(incidentId);
    await tickAt(barrier.incidentId, 'warn_at');
    await dispatcher.heard(barrier.incidentId);
    expect(dispatcher.lapsing).toEqual([barrier.incidentId]);
    expect(await desk.incident(incidentId)).toMatchObject({ state: 'ACTIVE' });
    await tickAt(incidentId, 'warn_at');
    await dispatcher.heard(incidentId);
    // Confirmed after the warning: there is another before the next end.
    await crew.update(incidentId);
    expect((await times(incidentId)).warnAt).not.toBeNull();
    await tickAt(incidentId, 'warn_at');
    await until(() => dispatcher.lapsing.length === 3, 'the second warning');
    dispatcher.close();
  });

  it('has nobody warned once it has ended', async () => {
    const dispatcher = await hearer(crew.dispatcher);
    const [{ incidentId }, barrier] = [await alert(), await alert()];
    await crew.clear(incidentId);
    expect(await times(incidentId)).toMatchObject({ warnAt: null });
    await tickAt(incidentId, 'expires_at');
    await tickAt(barrier.incidentId, 'warn_at');
    await dispatcher.heard(barrier.incidentId);
    expect(dispatcher.lapsing).toEqual([barrier.incidentId]);
    expect(await desk.incident(incidentId)).toMatchObject({ state: 'CLEARED' });
    dispatcher.close();
  });

  it('expires, by the clock, in the ledger, and is told to staff only', async () => {
    const family = await subscribePush(service.url, push, [OSCEOLA]);
    const { socket, close } = await connectSocket(
      other.url,
      { token: crew.author.token },
      '/dispatch',
    );
    const states: string[] = [];
    const { incidentId, alertId } = await alert();
    socket.on('incident', ({ id, state }) => id === incidentId && states.push(state));
    await crew.complete(push, alertId);
    await expire(incidentId);
    await until(() => states.at(-1) === 'EXPIRED', 'word of it');
    expect((await desk.entries(incidentId)).at(-1)).toMatchObject({
      ...{ kind: 'incident.expired', actor: 'clock' },
      facts: { from: 'ACTIVE', to: 'EXPIRED', alertId: null },
    });
    for (const [operation, more] of [
      [VERIFY, {}],
      [UPDATE, { change: 'EXTENDED' }],
      [CLEAR, {}],
    ] as const) {
      const input = { incidentId, ...more };
      expect(await desk.attempt(operation, crew.dispatcher, input)).toBe('CONFLICT');
    }
    const later = await alert();
    await crew.complete(push, later.alertId);
    expect(ids(family)).toEqual([alertId, later.alertId]);
    close();
  });

  it('is either confirmed or expired when both come at once', async () => {
    for (let round = 0; round < 10; round++) {
      const { incidentId } = await alert();
      await setNow(incidentId, 'expires_at');
      const input = { incidentId, change: 'EXTENDED' };
      const [code] = await Promise.all([
        desk.attempt(UPDATE, crew.dispatcher, input),
        round % 2 ? tick(incidentId) : undefined,
        tick(incidentId),
      ]);
      const { state, alerts } = await desk.incident(incidentId);
      expect([code, state, alerts.length]).toEqual(
        code === 'OK' ? ['OK', 'ACTIVE', 2] : ['CONFLICT', 'EXPIRED', 1],
      );
    }
  });

  it('says to families, and to staff, when it was last confirmed', async () => {
    const family = await subscribePush(service.url, push, [OSCEOLA]);
    const { incidentId } = await alert();
    const confirmed = async () => (await desk.incident(incidentId)).confirmedAt;
    const first = await confirmed();
    const updateId = await crew.update(incidentId, 'DETAIL');
    const second = await confirmed();
    const clearId = await crew.clear(incidentId);
    await crew.complete(push, clearId);
    const [alerted, updated, cleared] = await desk.alerts(incidentId);
    expect([first, second]).toEqual([alerted!.sent.toISOString(), updated!.sent.toISOString()]);
    expect(await confirmed()).toBe(second);
    await push.waitFor(() => ids(family).includes(clearId));
    const bodies = new Map(family.device.received.map(({ json }) => [json.id, String(json.body)]));
    expect(bodies.get(updateId) ?? bodies.get(alerted!.id)).toMatch(
      /Last confirmed around \d{1,2}:\d\d/,
    );
    expect(bodies.get(cleared!.id)).not.toContain('Last confirmed');
  });

  it('that was wrong is withdrawn after it expired: for whoever was told, and nobody else', async () => {
    const [told, moved, owed, away] = await Promise.all(
      [OSCEOLA, OSCEOLA, OSCEOLA, ORANGE].map((area) => subscribePush(service.url, push, [area])),
    );
    push.behave(owed!.device, { kind: 'status', status: 503, retryAfterSeconds: 300 });
    const incidentId = await report(service.url, crew.author, { location: desk.spot() });
    expect(await desk.attempt(VERIFY, crew.dispatcher, { incidentId })).toBe('OK');
    await push.waitFor(() => ids(told!).length + ids(moved!).length + owed!.device.attempts === 3);
    await ask(service.url, UPDATE_SUBSCRIPTION, { input: { areas: [ORANGE] } }, moved!.token);
    await expire(incidentId);
    const late = await subscribePush(service.url, push, [OSCEOLA]);
    push.behave(owed!.device, { kind: 'accept' });
    const retractId = await crew.retract(incidentId);
    await crew.complete(push, retractId);
    const { endedAt, state, alerts } = await desk.incident(incidentId);
    expect(state).toBe('RETRACTED');
    const thread = alerts.map(({ id }: { id: string }) => id);
    expect(thread).toEqual([thread[0], retractId]);
    expect([told, moved].map((family) => ids(family!))).toEqual([thread, thread]);
    expect([owed, away, late].map((family) => ids(family!))).toEqual([[], [], []]);
    const expired = (await desk.entries(incidentId)).find(({ kind }) => /expired/.test(kind))!;
    expect(endedAt).toBe((expired as any).at);
  });
});
