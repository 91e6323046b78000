import { arrivals, connectSocket } from './support/family.js';
import { ask, send } from './support/graphql.js';
import { CLEAR, DISMISS, RETRACT, VERIFY } from './support/operations.js';
import { hire, report, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const RECORD = `mutation ($input: RecordIncidentInput!) {
  recordIncident(input: $input) { id state endedAt alerts { id } }
}`;
const INCIDENT = `query ($id: ID!) { incident(id: $id) {
  state reportCount firstObservedAt lastObservedAt endedAt correctableUntil alerts { id } } }`;
const MY_REPORTS = `{ myReports { edges { node {
  id incidentId incident { id state dismissal } } } } }`;

/** What comes in late, and what becomes of what was reported. */
describe('a late report', () => {
  let it_: TestService;
  let author: Person;
  let other: Person;
  let dispatcher: Person;
  let nth = 0;

  beforeAll(async () => {
    const environment = { ALERTS_PER_DISTRICT_HOUR: '1000', CORROBORATION_REPORTS: '2' };
    it_ = await startService({ environment });
    author = await hire(it_.url, it_.admin, 'DISPATCHER', 'One');
    other = await hire(it_.url, it_.admin, 'RESPONDER', 'Three');
    dispatcher = await hire(it_.url, it_.admin, 'DISPATCHER', 'Two');
  });
  afterAll(() => it_.close());

  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  /** A place of its own, more than a mile from any other. */
  const elsewhere = () => {
    const [row, column] = [Math.floor(nth / 12), nth++ % 12];
    return { latitude: 28.25 + row * 0.015, longitude: -81.5 + column * 0.02 };
  };
  const file = (location: object, minutesAgo: number, by = author, change: object = {}) =>
    report(it_.url, by, { location, observedAt: ago(minutesAgo), ...change });
  const decide = (operation: string, incidentId: string, more: object = {}) =>
    ask(it_.url, operation, { input: { incidentId, ...more } }, dispatcher.token);
  const refusal = async (operation: string, incidentId: string, by = dispatcher) => {
    const answer = await send(it_.url, operation, { input: { incidentId } }, by.token);
    const [error] = answer.errors ?? [];
    return { code: error?.extensions.code ?? 'OK', message: error?.message ?? '' };
  };
  const incident = async (id: string) =>
    (await ask(it_.url, INCIDENT, { id }, dispatcher.token)).incident;
  const alerts = async () => {
    const [row] = await it_.database.query<{ n: number }>('SELECT count(*)::int AS n FROM alert');
    return row!.n;
  };
  /** As if it had all happened so much earlier. */
  const earlier = (id: string, minutes: number) =>
    it_.database.query(
      `UPDATE incident SET ended_at = ended_at - make_interval(mins => $2),
         opened_at = opened_at - make_interval(mins => $2) WHERE id = $1`,
      [id, minutes],
    );

  it.each([
    ['cleared', async (id: string) => (await decide(VERIFY, id), decide(CLEAR, id)), 'CLEARED'],
    [
      'retracted',
      async (id: string) => (await decide(VERIFY, id), decide(RETRACT, id)),
      'RETRACTED',
    ],
    ['dismissed', (id: string) => decide(DISMISS, id, { outcome: 'UNFOUNDED' }), 'DISMISSED'],
  ])('joins the incident of its time, also one that was %s', async (_, end, state) => {
    const place = elsewhere();
    const id = await file(place, 60);
    await end(id);
    const [before, told] = [await incident(id), await alerts()];
    // Two who are independent: what is over raises no alert, however many say so.
    expect(await file(place, 50, other)).toBe(id);
    expect(await file(place, 55, author)).toBe(id);
    const after = await incident(id);
    expect(after).toMatchObject({ state, reportCount: 3, endedAt: before.endedAt });
    expect(after.alerts).toEqual(before.alerts);
    expect(await alerts()).toBe(told);
  });

  it('joins what families were told was on then, long after anybody had seen it', async () => {
    const place = elsewhere();
    const id = await file(place, 110);
    await decide(VERIFY, id);
    expect(await file(place, 1, other)).toBe(id);
    const long = elsewhere();
    const over = await file(long, 110);
    await decide(VERIFY, over);
    await decide(CLEAR, over);
    const told = await alerts();
    // Two who are independent, and nobody saw it for longer than reports are apart that join.
    expect(await file(long, 40, other)).toBe(over);
    expect(await file(long, 35, author)).toBe(over);
    expect(await alerts()).toBe(told);
    expect(await incident(over)).toMatchObject({ state: 'CLEARED', reportCount: 3 });
  });

  it('opens another when it was seen after the end', async () => {
    const place = elsewhere();
    const id = await file(place, 90);
    await decide(VERIFY, id);
    await decide(CLEAR, id);
    await earlier(id, 60);
    expect(await file(place, 65, other)).toBe(id);
    expect(await file(place, 40, other)).not.toBe(id);
  });

  it('joins the incident of its own time, not the one that is open by now', async () => {
    const place = elsewhere();
    const over = await file(place, 80);
    await decide(VERIFY, over);
    await decide(CLEAR, over);
    await earlier(over, 60);
    const open = await file(place, 41);
    expect(open).not.toBe(over);
    expect(await file(place, 79, other)).toBe(over);
    expect(await file(place, 36, other)).toBe(open);
    expect(await incident(over)).toMatchObject({ state: 'CLEARED', reportCount: 2 });
    expect(await incident(open)).toMatchObject({ reportCount: 2 });
  });

  it('verifies nothing that is over: it is recorded, by a second person, and told to nobody', async () => {
    const place = elsewhere();
    const id = await file(place, 121);
    // Independent people agree, and it is left alone all the same.
    expect(await file(place, 122, other)).toBe(id);
    const told = await alerts();
    const refused = await refusal(VERIFY, id);
    expect(refused).toMatchObject({ code: 'CONFLICT' });
    expect(refused.message).toContain('recordIncident');
    expect((await refusal(RECORD, id, author)).code).toBe('FORBIDDEN');
    const { recordIncident } = await decide(RECORD, id);
    expect(recordIncident).toEqual({
      ...{ id, state: 'RECORDED', endedAt: expect.any(String), alerts: [] },
    });
    expect(await alerts()).toBe(told);
    expect((await refusal(VERIFY, id)).code).toBe('CONFLICT');
    // One more of that time joins; it stays what it is.
    expect(await file(place, 125, other)).toBe(id);
    expect(await incident(id)).toMatchObject({
      ...{ state: 'RECORDED', reportCount: 3, alerts: [], correctableUntil: null },
    });
    const entries = await it_.database.query<{ kind: string }>(
      'SELECT kind FROM ledger_entry WHERE subject = $1 ORDER BY seq',
      [id],
    );
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['report.filed', 'report.filed', 'incident.recorded', 'report.filed'],
    ]);
  });

  it('is no way to record what families could still be told of', async () => {
    const id = await file(elsewhere(), 119);
    const refused = await refusal(RECORD, id);
    expect(refused).toMatchObject({ code: 'CONFLICT' });
    expect(refused.message).toContain('verify it');
    expect((await refusal(VERIFY, id)).code).toBe('OK');
  });

  describe('and what became of it', () => {
    it.each(['UNFOUNDED', 'UNABLE_TO_VERIFY', 'DUPLICATE'])(
      'goes back to the authors: %s',
      async (outcome) => {
        const place = elsewhere();
        const id = await file(place, 2, author);
        await file(place, 1, other, { activity: 'ARREST' });
        const told = await alerts();
        const socket = await connectSocket(it_.url, { token: other.token }, '/dispatch');
        const heard: Record<string, any>[] = [];
        socket.socket.on('incident', (event) => heard.push(event));
        const outsider = await hire(it_.url, it_.admin, 'RESPONDER', 'Nobody');
        const apart = await connectSocket(it_.url, { token: outsider.token }, '/dispatch');
        apart.socket.onAny((event) => heard.push({ leaked: event }));
        await decide(DISMISS, id, { outcome });
        const decided = () => heard.some((event) => event.id === id && event.dismissal);
        await arrivals(socket.socket, 'incident', decided);
        const last = heard.findLast((event) => event.id === id);
        expect(last).toMatchObject({ state: 'DISMISSED', dismissal: outcome });
        expect(heard.filter(({ leaked }) => leaked)).toEqual([]);
        // Whoever was offline finds it.
        for (const { token } of [author, other]) {
          const { myReports } = await ask(it_.url, MY_REPORTS, {}, token);
          expect(myReports.edges[0].node).toMatchObject({
            ...{ incidentId: id, incident: { id, state: 'DISMISSED', dismissal: outcome } },
          });
        }
        expect(await alerts()).toBe(told);
        expect((await refusal(VERIFY, id)).code).toBe('CONFLICT');
        socket.close();
        apart.close();
      },
    );
  });
});
