import { latLngToCell } from 'h3-js';
import { Drills } from '../src/incidents/drills.service.js';
import { PushService } from './push-service/push-service.js';
import { Crew } from './support/crew.js';
import { Exercise } from './support/exercise.js';
import {
  arrivals,
  connectSocket,
  subscribePush,
  type Area,
  type PushFamily,
  type SocketFamily,
} from './support/family.js';
import { codeOf, send } from './support/graphql.js';
import { END_DRILL, START_DRILL } from './support/operations.js';
import { hire, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

/** The school nearest to where most reports of the specs are filed. */
const SCHOOL = '120147007764';
const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };
const CELL = { cell: { h3: latLngToCell(28.2919, -81.4076, 7), radiusKm: 2 } };
const MARKS: Record<string, string> = { en: 'DRILL', es: 'SIMULACRO' };

describe('drills', () => {
  let service: TestService;
  let push: PushService;
  let person: Person;
  const open: SocketFamily[] = [];

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService();
    person = await hire(service.url, service.admin, 'DISPATCHER', 'One');
  });
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const start = (minutes?: number) => Exercise.start(service.url, person, SCHOOL, minutes);
  const phone = (areas: Area[], locale = 'en', drills = true) =>
    subscribePush(service.url, push, areas, locale, drills);
  const ids = ({ device }: PushFamily) => device.received.map(({ json }) => json.id);
  const connect = async (auth: object = {}, namespace = '/alerts') => {
    const socket = await connectSocket(service.url, auth, namespace);
    open.push(socket);
    return socket;
  };
  const listen = async (request: object, auth: object = {}) => {
    const socket = await connect(auth);
    await socket.watch(request);
    return socket;
  };
  /** Everything a member of staff hears of drills. */
  const staff = async (token: string) => {
    const { socket } = await connect({ token }, '/dispatch');
    const heard: Record<string, any>[] = [];
    socket.on('drill', (payload) => heard.push(payload));
    return {
      heard,
      until: (count: number) => arrivals(socket, 'drill', () => heard.length >= count),
    };
  };

  it('go the whole way by one person, to those who asked for them and to nobody else', async () => {
    const told = [await phone([OSCEOLA]), await phone([{ schoolId: SCHOOL }, CELL], 'es-MX')];
    const live = [
      await phone([OSCEOLA], 'en', false),
      await phone([{ schoolId: SCHOOL }, CELL], 'es', false),
      await phone([ORANGE]),
    ];
    const hearing = [
      await listen({}, { token: told[1]!.token }),
      await listen({ areas: [CELL], drills: true }),
    ];
    const deaf = [
      await listen({ areas: [OSCEOLA, CELL] }),
      await listen({}, { token: live[0]!.token }),
      await listen({ drills: false }, { token: told[0]!.token }),
      await listen({ areas: [ORANGE], drills: true }),
    ];
    const analyst = await staff((await hire(service.url, service.admin, 'ANALYST')).token);
    const responder = await staff((await hire(service.url, service.admin, 'RESPONDER')).token);

    const drill = await start();
    const incidentId = await drill.report();
    const messages: string[] = [];
    for (const step of [drill.verify, drill.update, drill.clear]) {
      messages.push(await step(incidentId));
      await drill.complete(messages.at(-1)!);
    }
    await drill.end();
    await Promise.all([
      ...hearing.map((one) => one.until(3)),
      analyst.until(3),
      responder.until(3),
    ]);

    for (const family of told) expect(ids(family)).toEqual(messages);
    for (const socket of hearing) expect(socket.received.map(({ id }) => id)).toEqual(messages);
    for (const { heard } of [analyst, responder])
      expect(heard.map(({ id }) => id)).toEqual(messages);
    const shown = told.flatMap(({ device }) => device.received.map(({ json }) => json));
    const all = [...shown, ...hearing.flatMap(({ received }) => received), ...analyst.heard];
    expect(new Set(all.map(({ locale }) => locale))).toEqual(new Set(['en', 'es']));
    for (const { status, locale, headline, body, instruction } of all) {
      expect(status).toBe('Exercise');
      for (const text of [headline, body, instruction])
        expect((text as string).startsWith(MARKS[locale as string]!)).toBe(true);
    }
    const types = told.map(({ device }) => device.received.map(({ json }) => json.msgType));
    expect(types).toEqual(Array(2).fill(['Alert', 'Update', 'Update']));

    for (const family of live) expect(family.device.attempts).toBe(0);
    // What is real comes after it, and is the first that they hear.
    const crew = await Crew.of(service);
    const real = await crew.alert();
    await crew.complete(push, real.alertId);
    const [near, own, optedOut, far] = deaf;
    await Promise.all([near!, own!, optedOut!].map((one) => one.until(1)));
    for (const { received } of [near!, own!, optedOut!])
      expect(received.map(({ id, status }) => [id, status])).toEqual([[real.alertId, 'Actual']]);
    for (const family of live.slice(0, 2)) expect(ids(family)).toEqual([real.alertId]);
    for (const family of told) expect(ids(family)).toEqual([...messages, real.alertId]);
    expect(far!.received).toEqual([]);
    expect(live[2]!.device.attempts).toBe(0);
    await crew.clear(real.incidentId);

    const { endedAt, incidents, report } = await drill.result();
    expect(endedAt).not.toBeNull();
    expect(incidents).toEqual([{ id: incidentId, state: 'CLEARED', drill: true }]);
    expect(report.reached).toBe(2);
    expect(report.secondsToFirst).toBeGreaterThan(0);
    expect(report.secondsToLast).toBeGreaterThanOrEqual(report.secondsToFirst);
    expect(report.steps.map(({ step }: { step: string }) => step)).toEqual([
      ...['STARTED', 'REPORTED', 'VERIFIED', 'FIRST_DEVICE', 'LAST_DEVICE'],
      ...['UPDATED', 'ALL_CLEAR', 'ENDED'],
    ]);
    const [first, ...rest] = report.steps as { at: string; seconds: number }[];
    expect(first!.seconds).toBe(0);
    for (const [index, { at, seconds }] of rest.entries())
      expect(seconds * 1_000).toBe(Date.parse(at) - Date.parse(report.steps[index].at));
  });

  it('end by hand with an all-clear for whoever was told, and take no report after it', async () => {
    const family = await phone([OSCEOLA]);
    const drill = await start();
    const { alertId } = await drill.alert();
    const unverified = await drill.report({ location: { latitude: 28.32, longitude: -81.4076 } });
    await drill.complete(alertId);
    const { incidents } = await drill.end();
    expect(incidents.map(({ state }: { state: string }) => state)).toEqual([
      'CLEARED',
      'DISMISSED',
    ]);
    await push.waitFor(() => ids(family).length === 2);
    expect(family.device.received[1]!.json).toMatchObject({
      status: 'Exercise',
      references: [alertId],
    });
    await expect(drill.verify(unverified)).rejects.toThrow('CONFLICT');
    await expect(drill.report()).rejects.toThrow('no drill runs within 5 km');
    const { endedAt } = await drill.result();
    expect((await drill.end()).endedAt).toBe(endedAt);
    expect(ids(family)).toHaveLength(2);
  });

  it('end by the clock, not before their time', async () => {
    const family = await phone([OSCEOLA]);
    const drill = await start(1);
    const { alertId } = await drill.alert();
    await drill.complete(alertId);
    await service.service.app.get(Drills).endInTime(drill.id);
    expect((await drill.result()).endedAt).toBeNull();
    await service.database.query(`UPDATE drill SET ends_at = now() WHERE id = $1`, [drill.id]);
    await service.database.query(
      `UPDATE pgboss.job SET start_after = now() WHERE name = 'drill-end' AND data->>'drillId' = $1`,
      [drill.id],
    );
    await push.waitFor(() => ids(family).length === 2);
    const { endedAt, incidents, report } = await drill.result();
    expect(endedAt).not.toBeNull();
    expect(incidents[0].state).toBe('CLEARED');
    expect(report.steps.map(({ step }: { step: string }) => step).slice(-2)).toEqual([
      'ALL_CLEAR',
      'ENDED',
    ]);
    const [entry] = await service.database.query<{ body: { actor: string } }>(
      `SELECT convert_from(body, 'UTF8')::jsonb AS body FROM ledger_entry
       WHERE kind = 'drill.ended' AND subject = $1`,
      [drill.id],
    );
    expect(entry!.body.actor).toBe('clock');
  });

  it.each([
    [{ schoolId: SCHOOL, minutes: 0 }, 'minutes'],
    [{ schoolId: SCHOOL, minutes: 241 }, 'minutes'],
    [{ schoolId: '120000000000' }, 'schoolId'],
    [{ schoolId: 'x' }, 'schoolId'],
  ])('refuse %j, naming the field', async (input, field) => {
    const { errors } = await send(service.url, START_DRILL, { input }, person.token);
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: [{ field }] });
  });

  it('are started and ended by dispatchers alone', async () => {
    const drill = await start();
    const responder = await hire(service.url, service.admin, 'RESPONDER');
    for (const [operation, input] of [
      [START_DRILL, { schoolId: SCHOOL }],
      [END_DRILL, { drillId: drill.id }],
    ] as const)
      expect(await codeOf(service.url, operation, { input }, responder.token)).toBe('FORBIDDEN');
    await drill.end();
  });
});
