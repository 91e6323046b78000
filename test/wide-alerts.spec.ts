import { PushService } from './push-service/push-service.js';
import { Desk } from './support/desk.js';
import { connectSocket, subscribePush } from './support/family.js';
import { ask } from './support/graphql.js';
import {
  APPROVE,
  CLEAR,
  DISMISS,
  REJECT,
  SUBSCRIBE,
  UPDATE_STAFF,
  VERIFY,
} from './support/operations.js';
import { PLACES, hire, report, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';
import { until } from './support/until.js';

const OSCEOLA = { districtId: '1201470' };
const ORANGE = { districtId: '1201440' };
const WIDE = { radiusMeters: 4_000, expiresInMinutes: 30 };
const MERGE = `mutation ($input: MergeIncidentsInput!) { mergeIncidents(input: $input) { id } }`;

describe('a wide alert', () => {
  let service: TestService;
  let push: PushService;
  let desk: Desk;
  let author: Person;
  let first: Person;
  let second: Person;

  beforeAll(async () => {
    push = await PushService.start();
    trust(push.certificates.caPem);
    service = await startService({
      environment: { WIDE_ALERT_DEVICES: '3', ALERTS_PER_DISTRICT_HOUR: '1000' },
    });
    desk = new Desk(service);
    author = await hire(service.url, service.admin, 'DISPATCHER', 'One');
    first = await hire(service.url, service.admin, 'DISPATCHER', 'Two');
    second = await hire(service.url, service.admin, 'DISPATCHER', 'Three');
  });
  afterAll(async () => {
    await service.close();
    await push.stop();
  });

  const verify = (person: Person, incidentId: string, choice: object = WIDE) =>
    desk.attempt(VERIFY, person, { incidentId, ...choice });
  const approve = (person: Person, incidentId: string, proposalId: string) =>
    desk.attempt(APPROVE, person, { incidentId, proposalId });
  /** An incident whose wide alert waits for approval. */
  const proposed = async (by: Person, choice: object = WIDE) => {
    const incidentId = await desk.reported(author);
    expect(await verify(by, incidentId, choice)).toBe('OK');
    return { incidentId, proposalId: (await desk.pending(incidentId))!.id as string };
  };
  const kinds = async (incidentId: string) =>
    (await desk.entries(incidentId)).map(({ kind }) => kind);

  it('is one for more devices than the threshold, not for just as many', async () => {
    const follow = () => ask(service.url, SUBSCRIBE, { input: { locale: 'en', areas: [ORANGE] } });
    await Promise.all([follow(), follow(), follow()]);
    const location = PLACES.orlando;
    const narrow = await report(service.url, author, { location });
    expect(await verify(first, narrow, {})).toBe('OK');
    expect(await desk.incident(narrow)).toMatchObject({ state: 'ACTIVE', pendingApproval: null });
    expect(await desk.attempt(CLEAR, first, { incidentId: narrow })).toBe('OK');
    await follow();
    const wide = await report(service.url, author, { location });
    expect(await verify(first, wide, {})).toBe('OK');
    expect(await desk.pending(wide)).toMatchObject({ reasons: ['AUDIENCE'], radiusMeters: 1_500 });
  });

  it('is one beyond three kilometres: nobody is told before a second dispatcher approves', async () => {
    const family = await subscribePush(service.url, push, [OSCEOLA]);
    const [socket, dispatcher] = await Promise.all([
      connectSocket(service.url),
      connectSocket(service.url, { token: second.token }, '/dispatch'),
    ]);
    await socket.watch({ areas: [OSCEOLA] });
    const changed = new Set<string>();
    dispatcher.socket.on('incident', ({ id }) => changed.add(id));
    const incidentId = await desk.reported(author);
    await until(() => changed.delete(incidentId), 'word of the report');
    expect(await verify(first, incidentId, { radiusMeters: 3_001 })).toBe('OK');
    await until(() => changed.has(incidentId), 'word of the choice');
    const incident = await desk.incident(incidentId, second);
    const { pendingApproval: pending } = incident;
    expect(incident).toMatchObject({ state: 'UNVERIFIED', alerts: [], confirmedAt: null });
    expect(pending).toMatchObject({
      ...{ proposedBy: first.id, radiusMeters: 3_001, minutes: 60, reasons: ['RADIUS'] },
      devices: 10,
    });
    const lasts = Date.parse(pending.lapsesAt) - Date.parse(pending.proposedAt);
    expect(lasts).toBe(15 * 60_000);
    const at3km = await desk.reported(author);
    expect(await verify(first, at3km, { radiusMeters: 3_000 })).toBe('OK');
    expect(await desk.pending(at3km)).toBeNull();
    // What was sent later has arrived, and nothing before it.
    const arrived = () => family.device.received.map(({ json }) => json.incidentId);
    await Promise.all([push.waitFor(() => arrived().length > 0), socket.until(1)]);
    expect(arrived()).toEqual([at3km]);
    expect(socket.received.map(({ incidentId }) => incidentId)).toEqual([at3km]);
    expect(await approve(second, incidentId, pending.id)).toBe('OK');
    await Promise.all([push.waitFor(() => arrived().length > 1), socket.until(2)]);
    expect(arrived()).toEqual([at3km, incidentId]);
    expect(await desk.incident(incidentId)).toMatchObject({ pendingApproval: null });
    for (const { close } of [socket, dispatcher]) close();
  });

  it('is sent just as it was chosen, whatever is reported meanwhile', async () => {
    const family = await subscribePush(service.url, push, [OSCEOLA]);
    const location = desk.spot();
    const incidentId = await report(service.url, author, { location });
    expect(await verify(first, incidentId)).toBe('OK');
    const { id, lapsesAt } = (await desk.pending(incidentId))!;
    const moved = { ...location, latitude: location.latitude + 0.004 };
    const graver = { location: moved, activity: 'ARREST', size: { agents: 20, vehicles: 9 } };
    expect(await report(service.url, author, graver)).toBe(incidentId);
    const meanwhile = await desk.incident(incidentId);
    expect(meanwhile).toMatchObject({ activity: 'ARREST', pendingApproval: { id, lapsesAt } });
    expect(await approve(second, incidentId, id)).toBe('OK');
    const [alert] = await desk.alerts(incidentId);
    expect(alert).toMatchObject({ ...location, radius_meters: 4_000 });
    expect(alert!.facts).toMatchObject({ activity: 'VEHICLE_STOP', agents: 3, vehicles: 2 });
    expect(alert!.expires - alert!.sent).toBe(30 * 60_000);
    const { radiusMeters, expiresAt } = await desk.incident(incidentId);
    expect({ radiusMeters, expiresAt }).toEqual({
      radiusMeters: 4_000,
      expiresAt: alert!.expires.toISOString(),
    });
    await push.waitFor(() => family.device.received.length > 0);
    expect(family.device.received[0]!.json.body).toMatch(/stopping a vehicle.*3 officers/);
  });

  it('is approved by neither an author nor whoever chose it, in whatever session', async () => {
    const incidentId = await desk.reported(author);
    expect(await verify(author, incidentId)).toBe('FORBIDDEN');
    expect(await desk.pending(incidentId)).toBeNull();
    expect(await verify(first, incidentId)).toBe('OK');
    const proposalId = (await desk.pending(incidentId))!.id;
    const analyst = await hire(service.url, service.admin, 'ANALYST', 'Two');
    for (const person of [author, first, await desk.anotherSession(first), analyst])
      expect(await approve(person, incidentId, proposalId)).toBe('FORBIDDEN');
    expect(await desk.alerts(incidentId)).toEqual([]);
    expect(await approve(service.admin, incidentId, proposalId)).toBe('OK');
    const [, choice, approval, ...rest] = await desk.entries(incidentId);
    const { radiusMeters, expiresInMinutes: minutes } = WIDE;
    const shape = { from: 'UNVERIFIED', radiusMeters };
    expect(choice).toMatchObject({ kind: 'incident.proposed', actor: first.id });
    expect(choice!.facts).toMatchObject({
      ...{ ...shape, to: 'UNVERIFIED', alertId: null },
      ...{ proposal: proposalId, minutes, reasons: ['RADIUS'] },
    });
    expect(approval).toMatchObject({ kind: 'incident.verified', actor: service.admin.id });
    expect(approval!.facts).toMatchObject({
      ...{ ...shape, to: 'ACTIVE', proposal: proposalId, proposedBy: first.id },
    });
    expect(rest).toEqual([]);
  });

  it('is not approved once whoever chose it has reported it too: it is rejected, and chosen anew', async () => {
    const location = desk.spot();
    const incidentId = await report(service.url, author, { location });
    expect(await verify(first, incidentId)).toBe('OK');
    const { id: proposalId } = (await desk.pending(incidentId))!;
    expect(await report(service.url, first, { location })).toBe(incidentId);
    expect(await approve(second, incidentId, proposalId)).toBe('FORBIDDEN');
    expect(await verify(second, incidentId)).toBe('CONFLICT');
    expect(await desk.attempt(REJECT, second, { incidentId, proposalId })).toBe('OK');
    expect(await desk.pending(incidentId)).toBeNull();
    expect(await verify(second, incidentId)).toBe('OK');
    const anew = (await desk.pending(incidentId))!.id;
    expect(await approve(first, incidentId, anew)).toBe('FORBIDDEN');
    expect(await approve(service.admin, incidentId, anew)).toBe('OK');
    expect(await kinds(incidentId)).toEqual([
      ...['report.filed', 'incident.proposed', 'report.filed', 'incident.proposal-rejected'],
      ...['incident.proposed', 'incident.verified'],
    ]);
  });

  it.each([{ suspended: true }, { role: 'ANALYST' }])(
    'is void once whoever chose it is %j, and may be chosen anew at once',
    async (change) => {
      const leaver = await hire(service.url, service.admin, 'DISPATCHER', 'Four');
      const { incidentId, proposalId } = await proposed(leaver);
      const input = { staffId: leaver.id, ...change };
      expect(await desk.attempt(UPDATE_STAFF, service.admin, input)).toBe('OK');
      expect(await desk.pending(incidentId)).toBeNull();
      expect(await approve(second, incidentId, proposalId)).toBe('CONFLICT');
      expect(await desk.alerts(incidentId)).toEqual([]);
      expect(await verify(second, incidentId)).toBe('OK');
      expect(await desk.pending(incidentId)).toMatchObject({ proposedBy: second.id });
    },
  );

  it('is approved by the id of the choice that was seen, and no other', async () => {
    const { incidentId, proposalId } = await proposed(first);
    const other = await proposed(first);
    expect(await approve(second, incidentId, other.proposalId)).toBe('CONFLICT');
    expect(await desk.attempt(REJECT, second, { incidentId, proposalId })).toBe('OK');
    expect(await approve(second, incidentId, proposalId)).toBe('CONFLICT');
    expect(await verify(first, incidentId, { radiusMeters: 5_000 })).toBe('OK');
    expect(await approve(second, incidentId, proposalId)).toBe('CONFLICT');
    expect(await desk.attempt(REJECT, second, { incidentId, proposalId })).toBe('CONFLICT');
    expect(await desk.pending(incidentId)).toMatchObject({ radiusMeters: 5_000 });
    expect(await desk.alerts(incidentId)).toEqual([]);
  });

  it('lapses after fifteen minutes, and may be chosen anew at once', async () => {
    const [early, late] = [await proposed(first), await proposed(first)];
    const { lapsesAt } = (await desk.pending(late.incidentId))!;
    const [job] = await desk.clockJobs(late.incidentId);
    expect(job!.at.toISOString()).toBe(lapsesAt);
    for (const { incidentId, proposalId } of [early, late]) {
      await service.database.query(
        'UPDATE incident_proposal SET lapses_at = now() WHERE incident_id = $1',
        [incidentId],
      );
      expect(await desk.pending(incidentId)).toBeNull();
      expect(await approve(second, incidentId, proposalId)).toBe('CONFLICT');
    }
    // Before the clock has come to it …
    expect(await verify(second, early.incidentId)).toBe('OK');
    const { id } = (await desk.pending(early.incidentId))!;
    await desk.strike(late.incidentId);
    const lapsed = async () => (await desk.entries(late.incidentId)).at(-1)!;
    await until(async () => (await lapsed()).kind === 'incident.proposal-lapsed', 'the lapse');
    expect(await lapsed()).toMatchObject({
      actor: 'clock',
      facts: { proposal: late.proposalId, to: 'UNVERIFIED' },
    });
    // … and after. The clock's old job does nothing to the new choice.
    await desk.strike(early.incidentId);
    expect(await verify(second, late.incidentId)).toBe('OK');
    await until(async () => (await desk.clockJobs(early.incidentId)).every(waits), 'the old job');
    expect(await approve(first, early.incidentId, id)).toBe('OK');
  });
  const waits = ({ at }: { at: Date }) => at.getTime() > Date.now() + 60_000;

  it('gives way to a narrow one, to a dismissal and to merging', async () => {
    const [narrow, dismissed, from, into] = [
      await proposed(first),
      await proposed(first),
      await proposed(first),
      await proposed(first),
    ];
    expect(await verify(first, narrow.incidentId)).toBe('CONFLICT');
    expect(await verify(second, narrow.incidentId, { radiusMeters: 800 })).toBe('OK');
    const dismissal = { incidentId: dismissed.incidentId, outcome: 'UNFOUNDED' };
    expect(await desk.attempt(DISMISS, second, dismissal)).toBe('OK');
    const merge = { fromId: from.incidentId, intoId: into.incidentId };
    expect(await desk.attempt(MERGE, second, merge)).toBe('OK');
    for (const { incidentId, proposalId } of [narrow, dismissed, from, into]) {
      expect(await desk.pending(incidentId)).toBeNull();
      expect(await approve(second, incidentId, proposalId)).toBe('CONFLICT');
      expect(await desk.attempt(REJECT, second, { incidentId, proposalId })).toBe('CONFLICT');
    }
    const alerts = await desk.alerts(narrow.incidentId);
    expect(alerts.map(({ radius_meters: meters }) => meters)).toEqual([800]);
  });

  it('is one proposal for two that choose it at once, and one alert for a hundred approvals', async () => {
    const incidentId = await desk.reported(author);
    const chosen = await Promise.all([verify(first, incidentId), verify(second, incidentId)]);
    expect(chosen.sort()).toEqual(['CONFLICT', 'OK']);
    const { id, proposedBy } = (await desk.pending(incidentId))!;
    const approvers = [proposedBy === first.id ? second : first, service.admin];
    const codes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => approve(approvers[index % 2]!, incidentId, id)),
    );
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect(codes.filter((code) => code === 'CONFLICT')).toHaveLength(99);
    expect(await desk.alerts(incidentId)).toHaveLength(1);
    expect(await kinds(incidentId)).toEqual([
      ...['report.filed', 'incident.proposed', 'incident.verified'],
    ]);
  });

  it('is decided once when it is approved, rejected and narrowed at the same time', async () => {
    const waiting = await Promise.all(Array.from({ length: 6 }, () => proposed(first)));
    await Promise.all(
      waiting.map(async ({ incidentId, proposalId }) => {
        const codes = await Promise.all([
          approve(second, incidentId, proposalId),
          desk.attempt(REJECT, service.admin, { incidentId, proposalId }),
          verify(second, incidentId, { radiusMeters: 800 }),
          approve(service.admin, incidentId, proposalId),
        ]);
        const rejected = codes[1] === 'OK';
        expect(codes.filter((code) => code === 'OK')).toHaveLength(rejected ? 2 : 1);
        expect(codes.filter((code) => code === 'CONFLICT')).toHaveLength(rejected ? 2 : 3);
        const meters = (await desk.alerts(incidentId)).map((alert) => alert.radius_meters);
        expect(meters).toEqual([codes[2] === 'OK' ? 800 : 4_000]);
      }),
    );
  });
});
