import { send, ask } from './support/graphql.js';
import { FILE_REPORT, INVITE_STAFF, UPDATE, UPDATE_STAFF } from './support/operations.js';
import { subscribePush } from './support/family.js';
import { PushService } from './push-service/push-service.js';
import { PLACES, accept, hire, report, reportInput, type Person } from './support/staff.js';
import { startService, trust, type TestService } from './support/test-service.js';

const ALERTS = `query ($id: ID!) { incident(id: $id) {
  state verifiedAt corroborating alerts { id activity texts(locale: "en") { body } } } }`;
const LEDGER = `SELECT kind, convert_from(body, 'UTF8')::jsonb AS body FROM ledger_entry
  WHERE subject = $1 ORDER BY seq`;

/** Independent people who saw the same verify it together, where a network allows it. */
describe('corroboration', () => {
  let it_: TestService;
  let nth = 0;
  const services: TestService[] = [];

  /** A network that lets so many verify. */
  const network = async (reports: number, more: Record<string, string> = {}) => {
    const environment = {
      ...{ CORROBORATION_REPORTS: String(reports), ALERTS_PER_DISTRICT_HOUR: '1000' },
      ...more,
    };
    const started = await startService({ environment });
    services.push(started);
    return started;
  };
  beforeAll(async () => {
    it_ = await network(2);
  });
  afterAll(async () => {
    for (const one of services) await one.close();
  });

  /** A place of its own, more than a mile from any other. */
  const elsewhere = () => {
    const [row, column] = [Math.floor(nth / 12), nth++ % 12];
    return { latitude: 28.25 + row * 0.015, longitude: -81.5 + column * 0.02 };
  };
  /** Somebody of an organization of their own, whom the first admin invited. */
  const stranger = (at = it_) =>
    hire(at.url, at.admin, 'RESPONDER', `Organization ${Math.random()}`);
  const file = (by: Person, location: object, change: object = {}, at = it_) =>
    report(at.url, by, { location, ...change });
  const incident = async (id: string, at = it_) =>
    (await ask(at.url, ALERTS, { id }, at.admin.token)).incident;
  const staff = (input: object) => ask(it_.url, UPDATE_STAFF, { input }, it_.admin.token);
  /** Both file the same; what became of the incident. */
  const together = async (one: Person, two: Person, change: object = {}) => {
    const place = elsewhere();
    const id = await file(one, place);
    expect(await file(two, place, change)).toBe(id);
    return (await incident(id)).state as string;
  };

  it('is off unless a network says otherwise', async () => {
    const plain = await startService();
    services.push(plain);
    const people = await Promise.all(Array.from({ length: 5 }, () => stranger(plain)));
    const place = elsewhere();
    const ids = await Promise.all(people.map((one) => file(one, place, {}, plain)));
    const { state, corroborating, alerts } = await incident(ids[0]!, plain);
    expect({ state, corroborating, alerts }).toEqual({
      ...{ state: 'UNVERIFIED', corroborating: 5, alerts: [] },
    });
  });

  it('tells what two who are independent agree on, and the ledger says by which rule', async () => {
    const [one, two, three] = [await stranger(), await stranger(), await stranger()];
    const place = elsewhere();
    const id = await file(one, place);
    await file(three, place, { activity: 'ARREST', vantage: 'RELAYED' });
    await file(three, place, { activity: 'ARREST', size: { agents: 90 } });
    expect(await incident(id)).toMatchObject({ state: 'UNVERIFIED', alerts: [] });
    await file(two, place, { size: { agents: 4, vehicles: 1 } });
    const { state, alerts } = await incident(id);
    expect(state).toBe('ACTIVE');
    expect(alerts).toHaveLength(1);
    expect(alerts[0].activity).toBe('VEHICLE_STOP');
    const { body } = alerts[0].texts[0];
    expect(body).toContain('2 trained observers reported it independently.');
    expect(body).toContain('3 officers and 1 vehicle');
    const entries = await it_.database.query<{ kind: string; body: Record<string, any> }>(LEDGER, [
      id,
    ]);
    const entry = entries.at(-1)!;
    const agreed = await it_.database.query<{ id: string }>(
      `SELECT id FROM report WHERE incident_id = $1 AND activity = 'VEHICLE_STOP'`,
      [id],
    );
    expect(entry.kind).toBe('incident.corroborated');
    expect(entry.body.actor).toBe('corroboration');
    expect(entry.body.facts.reportIds.toSorted()).toEqual(agreed.map((row) => row.id).toSorted());
    expect(entry.body.facts).toMatchObject({
      ...{ from: 'UNVERIFIED', to: 'ACTIVE', alertId: alerts[0].id },
      rule: { reports: 2, meters: 800, minutes: 30 },
    });
  });

  it('needs the same activity, first-hand, near in place and time', async () => {
    const [one, two] = [await stranger(), await stranger()];
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    expect(await together(one, two, { activity: 'ARREST' })).toBe('UNVERIFIED');
    expect(await together(one, two, { vantage: 'RELAYED' })).toBe('UNVERIFIED');
    expect(await together(one, two, { observedAt: ago(31) })).toBe('UNVERIFIED');
    expect(await together(one, two, { observedAt: ago(29) })).toBe('ACTIVE');
  });

  it('never counts one person, one organization or one lineage twice', async () => {
    const lead = await hire(it_.url, it_.admin, 'DISPATCHER', 'One');
    const first = await hire(it_.url, lead, 'RESPONDER', 'One');
    expect(await together(lead, lead)).toBe('UNVERIFIED');
    expect(await together(first, lead)).toBe('UNVERIFIED');
    expect(await together(first, await hire(it_.url, it_.admin, 'RESPONDER', 'ONE'))).toBe(
      'UNVERIFIED',
    );
    // They invite into another organization as an admin; whom they brought in before stays theirs.
    await staff({ staffId: lead.id, role: 'ADMIN' });
    const later = await hire(it_.url, lead, 'RESPONDER', 'Another');
    const last = await hire(it_.url, lead, 'RESPONDER', 'A third');
    expect(await together(first, later)).toBe('UNVERIFIED');
    expect(await together(lead, later)).toBe('UNVERIFIED');
    expect(await together(later, last)).toBe('ACTIVE');
  });

  it('counts an inviter by what they were when they invited, not when it was accepted', async () => {
    const lead = await hire(it_.url, it_.admin, 'DISPATCHER', 'Waiting');
    const input = { role: 'RESPONDER', organization: 'Waiting' };
    const { inviteStaff } = await ask(it_.url, INVITE_STAFF, { input }, lead.token);
    await staff({ staffId: lead.id, role: 'ADMIN' });
    const invited = await accept(it_.url, inviteStaff.url, 'Invited before');
    const later = await hire(it_.url, lead, 'RESPONDER', 'Another still');
    expect(await together(invited, later)).toBe('UNVERIFIED');
  });

  it('counts nobody who is suspended, or whose training has lapsed', async () => {
    const place = elsewhere();
    const [gone, untrained] = [await stranger(), await stranger()];
    const id = await file(gone, place);
    await staff({ staffId: gone.id, suspended: true });
    await file(untrained, place);
    expect((await incident(id)).state).toBe('UNVERIFIED');
    await staff({ staffId: untrained.id, certifiedUntil: '2020-01-01' });
    const [one, two] = [await stranger(), await stranger()];
    await file(one, place);
    expect(await incident(id)).toMatchObject({ state: 'UNVERIFIED', corroborating: 1 });
    await file(two, place);
    expect(await incident(id)).toMatchObject({ state: 'ACTIVE', corroborating: 2 });
  });

  it('does not come about by fifty reports of people who depend on one another', async () => {
    const lead = await hire(it_.url, it_.admin, 'DISPATCHER', 'Flood');
    const people = [lead, ...(await Promise.all(Array.from({ length: 4 }, () => hired(lead))))];
    const place = elsewhere();
    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, index) => file(people[index % 5]!, place)),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await incident(ids[0]!)).toMatchObject({
      ...{ state: 'UNVERIFIED', corroborating: 1, alerts: [] },
    });
    await file(await stranger(), place);
    expect(await incident(ids[0]!)).toMatchObject({ state: 'ACTIVE', corroborating: 2 });
  });
  const hired = (by: Person) => hire(it_.url, by, 'RESPONDER', 'Flood');

  it('gives one alert when many corroborate at once', async () => {
    const people = await Promise.all(Array.from({ length: 8 }, () => stranger()));
    const place = elsewhere();
    const ids = await Promise.all(people.map((one) => file(one, place)));
    expect(new Set(ids).size).toBe(1);
    const { state, alerts } = await incident(ids[0]!);
    expect([state, alerts.length]).toEqual(['ACTIVE', 1]);
    // An author extends nothing, also where nobody but the authors decided.
    await staff({ staffId: people[0]!.id, role: 'DISPATCHER' });
    const input = { incidentId: ids[0]!, change: 'EXTENDED' };
    const answer = await send(it_.url, UPDATE, { input }, people[0]!.token);
    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('needs as many as the network asks for', async () => {
    const strict = await network(3);
    const people = await Promise.all(Array.from({ length: 3 }, () => stranger(strict)));
    const place = elsewhere();
    const states: string[] = [];
    for (const one of people)
      states.push((await incident(await file(one, place, {}, strict), strict)).state);
    expect(states).toEqual(['UNVERIFIED', 'UNVERIFIED', 'ACTIVE']);
  });

  describe('is left to a dispatcher, and the report accepted all the same,', () => {
    const filedByTwo = async (
      at: TestService,
      change: object = {},
      place: object = elsewhere(),
    ) => {
      const people = [await stranger(at), await stranger(at)];
      for (const one of people) {
        const input = reportInput({ location: place, ...change });
        const { fileReport } = await ask(at.url, FILE_REPORT, { input }, one.token);
        if (one === people[1]) return incident(fileReport.incidentId, at);
      }
    };
    const left = { state: 'UNVERIFIED', corroborating: 2, alerts: [] };

    it('while alerts are paused', async () => {
      await ask(it_.url, 'mutation { pauseAlerts { paused } }', {}, it_.admin.token);
      expect(await filedByTwo(it_)).toMatchObject(left);
      await ask(it_.url, 'mutation { resumeAlerts { paused } }', {}, it_.admin.token);
    });

    it('when it was last observed too long ago', async () => {
      const observedAt = new Date(Date.now() - 121 * 60_000).toISOString();
      expect(await filedByTwo(it_, { observedAt })).toMatchObject(left);
    });

    it('above the ceiling of a district', async () => {
      const low = await network(2, { ALERTS_PER_DISTRICT_HOUR: '1' });
      expect(await filedByTwo(low, {}, PLACES.kissimmee)).toMatchObject({ state: 'ACTIVE' });
      const near = { latitude: 28.3049, longitude: -81.4076 };
      expect(await filedByTwo(low, {}, near)).toMatchObject(left);
      expect(await filedByTwo(low, {}, PLACES.orlando)).toMatchObject({ state: 'ACTIVE' });
    });

    it('when it would be a wide alert', async () => {
      const push = await PushService.start();
      trust(push.certificates.caPem);
      const wide = await network(2, { WIDE_ALERT_DEVICES: '1' });
      const areas = [{ districtId: '1201470' }];
      await subscribePush(wide.url, push, areas);
      await subscribePush(wide.url, push, areas);
      expect(await filedByTwo(wide, {}, PLACES.kissimmee)).toMatchObject(left);
      await push.stop();
    });
  });
});
