import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Desk } from './support/desk.js';
import { subscribePush, type PushFamily } from './support/family.js';
import { ask } from './support/graphql.js';
import { APPROVE, CLEAR, PAUSE, RESUME, RETRACT, UPDATE, VERIFY } from './support/operations.js';
import { Outbox, follow, hearPause } from './support/outbox.js';
import { hire, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };
const STATE = '{ alertPause { paused since by } }';

/** Two processes over one database, each with sockets and a worker. */
describe('a pause of all alerts', () => {
  let one: TestService;
  let two: TestService;
  let push: PushService;
  let crew: Crew;
  let desk: Desk;
  let outbox: Outbox;
  let second: Person;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    one = await startService({ environment: { ALERTS_PER_DISTRICT_HOUR: '1000' } });
    const { database, secrets } = one;
    two = await startService({ database, secrets });
    crew = await Crew.of(one);
    desk = new Desk(one);
    outbox = new Outbox(database);
    second = await hire(one.url, one.admin, 'DISPATCHER', 'Three');
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

  const pause = async (person = crew.dispatcher) =>
    (await ask(one.url, PAUSE, {}, person.token)).pauseAlerts;
  const resume = async () => (await ask(two.url, RESUME, {}, one.admin.token)).resumeAlerts;
  const ids = ({ device }: PushFamily) => device.received.map(({ json }) => json.id as string);
  const alert = () => crew.alert({ location: desk.spot() });
  /** A family with a phone, and sockets of others at both processes. */
  const audience = async () => {
    const family = await subscribePush(one.url, push, [OSCEOLA]);
    const sockets = [await follow(one.url, OSCEOLA), await follow(two.url, OSCEOLA)];
    return {
      family,
      sockets,
      seen: async () => [
        ids(family),
        ...(await Promise.all(sockets.map((socket) => socket.ids()))),
      ],
      close: () => sockets.forEach(({ close }) => close()),
    };
  };

  it('is begun by whoever dispatches, ended by an admin, and kept in the ledger', async () => {
    expect(await desk.attempt(RESUME, one.admin)).toBe('CONFLICT');
    for (const role of ['RESPONDER', 'ANALYST'] as const) {
      const person = await hire(one.url, one.admin, role, 'Four');
      for (const operation of [PAUSE, RESUME])
        expect(await desk.attempt(operation, person)).toBe('FORBIDDEN');
    }
    const hearers = [await hearPause(one.url, second), await hearPause(two.url, second)];
    const state = await pause();
    expect(state).toMatchObject({ paused: true, by: crew.dispatcher.id });
    expect(await pause(second)).toEqual(state);
    expect(await Promise.all([pause(second), pause(one.admin)])).toEqual([state, state]);
    expect(await desk.attempt(RESUME, crew.dispatcher)).toBe('FORBIDDEN');
    expect((await ask(two.url, STATE, {}, second.token)).alertPause).toEqual(state);
    expect(await resume()).toEqual({ paused: false, since: null, by: null });
    const { id } = await outbox.row('SELECT id FROM alert_pause ORDER BY paused_at DESC LIMIT 1');
    expect(await desk.entries(id)).toMatchObject([
      { kind: 'alerts.paused', actor: crew.dispatcher.id },
      { kind: 'alerts.resumed', actor: one.admin.id },
    ]);
    // What a process is told late, it reads late: as what holds by then.
    await Promise.all(hearers.map(({ heard }) => heard(2)));
    for (const { close } of hearers) close();
  });

  it('is seen at every process: by the operator, and by all who dispatch, also those who come later', async () => {
    const ready = async ({ url }: TestService) => {
      const response = await fetch(`${url}/health/ready`);
      return [response.status, ((await response.json()) as any).alerts];
    };
    const before = [await hearPause(one.url, second), await hearPause(two.url, second)];
    const responder = await hearPause(one.url, crew.author);
    const state = await pause();
    for (const service of [one, two]) expect(await ready(service)).toEqual([200, 'paused']);
    await Promise.all(before.map(({ holds }) => holds(true)));
    const late = [await hearPause(one.url, one.admin), await hearPause(two.url, crew.dispatcher)];
    const hearers = [...before, ...late];
    await Promise.all(hearers.map(({ holds }) => holds(true)));
    await resume();
    await Promise.all(hearers.map(({ holds }) => holds(false)));
    const over = { paused: false, since: null, by: null };
    // Whoever comes while it is being told hears it twice.
    const changes = (states: Record<string, unknown>[]) =>
      states.filter(({ paused }, index) => paused !== states[index - 1]?.paused);
    for (const { states } of hearers) expect(changes(states)).toEqual([state, over]);
    expect(responder.states).toEqual([]);
    for (const service of [one, two]) expect(await ready(service)).toEqual([200, 'ok']);
    for (const { close } of [responder, ...hearers]) close();
  });

  it('lets nothing be verified, chosen or approved, by an admin neither', async () => {
    const { family, sockets, seen, close } = await audience();
    const choice = { radiusMeters: 4_000 };
    const wide = await desk.reported(crew.author);
    expect(await desk.attempt(VERIFY, crew.dispatcher, { incidentId: wide, ...choice })).toBe('OK');
    const approval = { incidentId: wide, proposalId: (await desk.pending(wide))!.id };
    const incidentId = await desk.reported(crew.author);
    await pause();
    for (const person of [second, one.admin]) {
      expect(await desk.attempt(VERIFY, person, { incidentId })).toBe('CONFLICT');
      expect(await desk.attempt(VERIFY, person, { incidentId, ...choice })).toBe('CONFLICT');
      expect(await desk.attempt(APPROVE, person, approval)).toBe('CONFLICT');
    }
    expect([...(await desk.alerts(incidentId)), ...(await desk.alerts(wide))]).toEqual([]);
    await resume();
    expect(await desk.attempt(VERIFY, second, { incidentId })).toBe('OK');
    expect(await desk.attempt(APPROVE, second, approval)).toBe('OK');
    await Promise.all(sockets.map((socket) => socket.until(2)));
    await push.waitFor(() => ids(family).length === 2);
    expect((await seen()).map(({ length }) => length)).toEqual([2, 2, 2]);
    close();
  });

  it('holds corrections back, and sends them afterwards to whoever was told', async () => {
    const { family, sockets, seen, close } = await audience();
    const since = new Date().toISOString();
    const { incidentId, alertId } = await alert();
    await crew.complete(push, alertId);
    await Promise.all(sockets.map((socket) => socket.until(1)));
    await pause();
    const clearId = await crew.clear(incidentId);
    const retractId = await crew.retract(incidentId);
    await outbox.settled();
    expect(await seen()).toEqual([[alertId], [alertId], [alertId]]);
    // Whoever comes back meanwhile is not told what is over by then, and its end with the others.
    const back = await follow(one.url, OSCEOLA, { since, incidents: [incidentId] });
    expect(await back.ids()).toEqual([]);
    await resume();
    await crew.complete(push, retractId);
    await Promise.all([...sockets.map((socket) => socket.until(3)), back.until(2)]);
    expect(ids(family)).toEqual([alertId, retractId]);
    expect(back.heard()).toEqual([clearId, retractId]);
    for (const { heard } of sockets) expect(heard()).toEqual([alertId, clearId, retractId]);
    close();
  });

  describe('that begins right after an alert was issued', () => {
    const held = () => outbox.pauseWith(alert);
    const lapse = async (incidentId: string) => {
      for (const change of [
        'incident SET expires_at = now() WHERE id',
        'alert SET expires = now() WHERE incident_id',
        'delivery SET expires = now() WHERE incident_id',
      ])
        await one.database.query(`UPDATE ${change} = $1`, [incidentId]);
    };
    const decide = (operation: string, more = {}) => {
      return async (incidentId: string) => {
        expect(await desk.attempt(operation, second, { incidentId, ...more })).toBe('OK');
      };
    };

    it.each<[string, (incidentId: string) => Promise<void>, number[], number[]]>([
      ['is still on', async () => undefined, [0], [0]],
      ['has news by then', decide(UPDATE, { change: 'MORE_AGENTS' }), [1], [0, 1]],
      ['has lapsed by then', lapse, [], []],
      ['was retracted meanwhile', decide(RETRACT), [], []],
      ['is over by then', decide(CLEAR), [], []],
    ])('an alert that %s is told as it stands, once', async (_, change, pushed, told) => {
      const { family, sockets, seen, close } = await audience();
      const { incidentId } = await held();
      await outbox.settled();
      await change(incidentId);
      await outbox.settled();
      expect(await seen()).toEqual([[], [], []]);
      await resume();
      const later = (await alert()).alertId;
      const issued = (await desk.incident(incidentId)).alerts.map(({ id }: any) => id);
      const those = (which: number[]) => [...which.map((n) => issued[n]), later].sort();
      await push.waitFor(() => ids(family).length > pushed.length);
      await Promise.all(sockets.map((socket) => socket.until(told.length + 1)));
      await outbox.settled();
      expect(ids(family).sort()).toEqual(those(pushed));
      for (const { heard } of sockets) expect(heard().sort()).toEqual(those(told));
      close();
    });

    it('reaches sockets all the same that are served by a process that started meanwhile', async () => {
      const { alertId } = await held();
      const { database, secrets } = one;
      const three = await startService({ environment: { ROLE: 'api' }, database, secrets });
      const since = new Date(Date.now() - 60_000).toISOString();
      const socket = await follow(three.url, OSCEOLA, { since });
      expect(await socket.ids()).toEqual([]);
      await resume();
      await until(() => socket.heard().includes(alertId), 'the alert');
      // It cannot know what others had told in the minute before: that may come again.
      expect((await socket.ids()).filter((id) => id === alertId)).toHaveLength(1);
      socket.close();
      await three.close();
    });
  });
});
