import { VerificationStore } from '../src/ledger/verification.store.js';
import { Config } from '../src/platform/config.js';
import { Database } from '../src/platform/database.js';
import { ask, send } from './support/graphql.js';
import { MERGE, SPLIT, merge, reportsOf, split } from './support/merges.js';
import { CLEAR, DISMISS, RETRACT, UPDATE, VERIFY } from './support/operations.js';
import { PLACES, hire, report, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const INCIDENT = `query ($id: ID!) { incident(id: $id) {
  state reportCount activity expiresAt endedAt mergedInto { id } viewerIsAuthor } }`;
const MY_REPORTS = `{ myReports { edges { node { id incidentId incident { state } } } } }`;
const START_DRILL = `mutation ($input: StartDrillInput!) { startDrill(input: $input) { id } }`;
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Who may make one of two, and two of one; that it can be undone, and what stays behind. */
describe('merging and splitting', () => {
  let it_: TestService;
  let author: Person;
  let dispatcher: Person;
  let second: Person;
  let nth = 0;

  beforeAll(async () => {
    it_ = await startService({ environment: { ALERTS_PER_DISTRICT_HOUR: '1000' } });
    author = await hire(it_.url, it_.admin, 'RESPONDER', 'One');
    dispatcher = await hire(it_.url, it_.admin, 'DISPATCHER', 'Two');
    second = await hire(it_.url, it_.admin, 'DISPATCHER', 'Three');
  });
  afterAll(() => it_.close());

  /** A place of its own, a mile from any other, so that no two reports join by themselves. */
  const elsewhere = () => {
    const [row, column] = [Math.floor(nth / 12), nth++ % 12];
    return { latitude: 28.25 + row * 0.015, longitude: -81.5 + column * 0.02 };
  };
  const filed = (by = author, change: object = {}) =>
    report(it_.url, by, { location: elsewhere(), ...change });
  const active = async (by = author) => {
    const incidentId = await filed(by);
    await ask(it_.url, VERIFY, { input: { incidentId } }, second.token);
    return incidentId;
  };
  const decide = (operation: string, incidentId: string, more: object = {}, by = second) =>
    ask(it_.url, operation, { input: { incidentId, ...more } }, by.token);
  const attempt = async (operation: string, input: object, by = dispatcher) =>
    (await send(it_.url, operation, { input }, by.token)).errors?.[0]?.extensions.code ?? 'OK';
  const join = (fromId: string, intoId: string) => merge(it_.url, dispatcher, fromId, intoId);
  const apart = (id: string, ids: string[], by = dispatcher) => split(it_.url, by, id, ids);
  const reports = (id: string) => reportsOf(it_.url, dispatcher, id);
  const incident = async (id: string) =>
    (await ask(it_.url, INCIDENT, { id }, dispatcher.token)).incident;
  const entries = async (subject: string) => {
    const sql = `SELECT kind, convert_from(body, 'UTF8')::jsonb AS body FROM ledger_entry WHERE subject = $1 ORDER BY seq`;
    const rows = await it_.database.query<{ kind: string; body: Record<string, any> }>(sql, [
      subject,
    ]);
    return rows.map(({ kind, body }) => ({ kind, actor: body.actor, facts: body.facts }));
  };

  it('keeps every report, moves it with its row, and is in the ledger both ways', async () => {
    const [a, b] = [await filed(), await filed(author, { activity: 'ARREST' })];
    const [ofA, ofB] = [await reports(a), await reports(b)];
    expect(await join(a, b)).toMatchObject({ id: b, state: 'UNVERIFIED' });
    expect(await incident(a)).toMatchObject({ state: 'MERGED', mergedInto: { id: b } });
    expect(await incident(b)).toMatchObject({ reportCount: 2, activity: 'ARREST' });
    expect((await reports(b)).sort()).toEqual([...ofA, ...ofB].sort());
    const { myReports } = await ask(it_.url, MY_REPORTS, {}, author.token);
    const mine = myReports.edges.map(({ node }: { node: object }) => node);
    expect(mine).toContainEqual({
      ...{ id: ofA[0], incidentId: b, incident: { state: 'UNVERIFIED' } },
    });
    expect(await apart(b, ofA)).toMatchObject({ id: a, state: 'UNVERIFIED' });
    expect(await incident(a)).toMatchObject({
      ...{ reportCount: 1, activity: 'VEHICLE_STOP', mergedInto: null, endedAt: null },
    });
    expect(await incident(b)).toMatchObject({ reportCount: 1, activity: 'ARREST' });
    const actor = dispatcher.id;
    expect((await entries(a)).slice(1)).toEqual([
      {
        ...{ kind: 'incident.merged', actor },
        facts: { from: 'UNVERIFIED', to: 'MERGED', alertId: null, reportIds: ofA, into: b },
      },
      {
        ...{ kind: 'incident.restored', actor },
        facts: { from: 'MERGED', to: 'UNVERIFIED', alertId: null, undoes: expect.any(String) },
      },
    ]);
    expect((await entries(b)).slice(1)).toMatchObject([
      { kind: 'incident.merged', actor, facts: { reportIds: ofA, taken: a } },
      { kind: 'incident.split', actor, facts: { reportIds: ofA, alone: a } },
    ]);
    const { app } = it_.service;
    const ledger = new VerificationStore(app.get(Database), app.get(Config).keyring);
    expect(await ledger.verify()).toMatchObject({ kind: 'ok' });
  });

  it('splits some of the reports off into an incident of their own', async () => {
    const [a, b, c] = [await filed(), await filed(), await filed()];
    const [[one], [two]] = [await reports(a), await reports(b)];
    await join(a, c);
    await join(b, c);
    const alone = await apart(c, [one!, two!]);
    expect([a, b, c]).not.toContain(alone.id);
    expect(alone.state).toBe('UNVERIFIED');
    expect((await reports(alone.id)).sort()).toEqual([one!, two!].sort());
    expect(await reports(c)).toHaveLength(1);
    expect((await entries(alone.id)).map(({ kind }) => kind)).toEqual(['incident.split-off']);
    // From there on as any other: one of them is split off again, and merged.
    const again = await apart(alone.id, [one!]);
    expect(await join(again.id, c)).toMatchObject({ id: c });
  });

  it('starts the clock of what is active again, and lets it lapse when its time was up', async () => {
    const [a, b, late] = [await active(), await active(), await active()];
    const [ofA, ofLate] = [await reports(a), await reports(late)];
    const { expiresAt } = await incident(a);
    const jobs = async () => {
      const sql = `SELECT start_after FROM pgboss.job WHERE name = 'incident-expiry' AND data->>'incidentId' = $1`;
      return (await it_.database.query<{ start_after: Date }>(sql, [a])).map((job) =>
        job.start_after.toISOString(),
      );
    };
    const before = (await jobs()).length;
    for (const id of [a, late]) await join(id, b);
    expect(await apart(b, ofA)).toEqual(
      expect.objectContaining({ id: a, state: 'ACTIVE', expiresAt }),
    );
    expect((await jobs()).length).toBe(before + 2);
    expect((await jobs()).filter((at) => at === expiresAt)).toHaveLength(2);
    await it_.database.query(`UPDATE incident SET expires_at = now() WHERE id = $1`, [late]);
    expect(await apart(b, ofLate)).toMatchObject({ id: late, state: 'EXPIRED' });
  });

  it.each([
    ['cleared', CLEAR, 'CLEARED'],
    ['retracted', RETRACT, 'RETRACTED'],
  ])('stands alone as %s when its families were told so', async (_, operation, state) => {
    const [a, b] = [await active(), await active()];
    const own = await reports(a);
    await join(a, b);
    await decide(operation, b);
    expect(await apart(b, own)).toMatchObject({ id: a, state });
    const { endedAt } = await incident(a);
    expect(endedAt).toBe((await incident(b)).endedAt);
  });

  it('takes back what was merged into one that was dismissed', async () => {
    const [a, b] = [await filed(), await filed()];
    const own = await reports(a);
    await join(a, b);
    await decide(DISMISS, b, { outcome: 'DUPLICATE' });
    expect(await apart(b, own)).toMatchObject({ id: a, state: 'UNVERIFIED' });
    await decide(VERIFY, a);
    expect(await incident(b)).toMatchObject({ state: 'DISMISSED', reportCount: 1 });
  });

  it('counts the authors of both at the gate, and lets no split do without a second person', async () => {
    const [a, b] = [await filed(second), await filed(author)];
    const [own] = await reports(a);
    await join(a, b);
    expect(await attempt(VERIFY, { incidentId: b }, second)).toBe('FORBIDDEN');
    expect(await attempt(VERIFY, { incidentId: a }, second)).toBe('CONFLICT');
    // Their own report alone is theirs again; the rest is what somebody else saw.
    const alone = await apart(b, [own!], second);
    expect(alone.id).toBe(a);
    expect(await attempt(VERIFY, { incidentId: a }, second)).toBe('FORBIDDEN');
    const [rest] = await reports(b);
    await join(a, b);
    const other = await apart(b, [rest!], second);
    expect(await attempt(VERIFY, { incidentId: b }, second)).toBe('FORBIDDEN');
    expect(await attempt(VERIFY, { incidentId: other.id }, second)).toBe('OK');
    expect(await attempt(UPDATE, { incidentId: other.id, change: 'DETAIL' }, second)).toBe('OK');
    await join(b, other.id);
    expect(await attempt(UPDATE, { incidentId: other.id, change: 'DETAIL' }, second)).toBe(
      'FORBIDDEN',
    );
    expect(await attempt(CLEAR, { incidentId: other.id }, second)).toBe('OK');
  });

  it('refuses what cannot be one, and changes nothing then', async () => {
    const [open, on, over] = [await filed(), await active(), await active()];
    await decide(CLEAR, over);
    const gone = await filed();
    await decide(DISMISS, gone, { outcome: 'UNFOUNDED' });
    const size = async () => (await it_.database.query('SELECT size FROM ledger_head'))[0];
    const before = await size();
    for (const [fromId, intoId, code] of [
      [open, open, 'CONFLICT'],
      [on, over, 'CONFLICT'],
      [on, open, 'CONFLICT'],
      [over, on, 'CONFLICT'],
      [open, gone, 'CONFLICT'],
      [open, NOBODY, 'NOT_FOUND'],
      [NOBODY, open, 'NOT_FOUND'],
      ['x', open, 'BAD_USER_INPUT'],
    ])
      expect([fromId, intoId, await attempt(MERGE, { fromId, intoId })]).toEqual([
        ...[fromId, intoId, code],
      ]);
    const [[one], [two]] = [await reports(open), await reports(on)];
    for (const [incidentId, reportIds, code] of [
      [open, [one], 'CONFLICT'],
      [open, [], 'BAD_USER_INPUT'],
      [open, [two], 'BAD_USER_INPUT'],
      [open, [one, two], 'BAD_USER_INPUT'],
      [NOBODY, [one], 'NOT_FOUND'],
    ])
      expect(await attempt(SPLIT, { incidentId, reportIds })).toBe(code);
    expect(await attempt(MERGE, { fromId: open, intoId: on }, author)).toBe('FORBIDDEN');
    expect(await size()).toEqual(before);
    expect(await attempt(MERGE, { fromId: open, intoId: over })).toBe('OK');
    expect(await incident(over)).toMatchObject({ state: 'CLEARED', reportCount: 2 });
  });

  it('keeps what is real and a drill apart', async () => {
    const { schools } = await ask(
      it_.url,
      'query ($near: PointInput) { schools(near: $near, first: 1) { edges { node { id } } } }',
      { near: PLACES.apopka },
    );
    const input = { schoolId: schools.edges[0].node.id };
    await ask(it_.url, START_DRILL, { input }, second.token);
    const drill = await filed(author, { location: PLACES.apopka, drill: true });
    const live = await filed();
    for (const [fromId, intoId] of [
      [drill, live],
      [live, drill],
    ])
      expect(await attempt(MERGE, { fromId, intoId })).toBe('CONFLICT');
  });

  it('makes one of three in a circle, whoever comes first, and waits for nobody', async () => {
    const ids = [await filed(), await filed(), await filed()];
    const codes = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        attempt(MERGE, { fromId: ids[index % 3], intoId: ids[(index + 1 + (index % 2)) % 3] }),
      ),
    );
    expect(new Set(codes)).toEqual(new Set(['OK', 'CONFLICT']));
    expect(codes.filter((code) => code === 'OK')).toHaveLength(2);
    const states = await Promise.all(ids.map(async (id) => (await incident(id)).state));
    expect(states.toSorted()).toEqual(['MERGED', 'MERGED', 'UNVERIFIED']);
    const last = ids[states.indexOf('UNVERIFIED')]!;
    expect(await reports(last)).toHaveLength(3);
  });

  it('is undone once by a hundred who would', async () => {
    const [a, b] = [await filed(), await filed()];
    const own = await reports(a);
    await join(a, b);
    const codes = await Promise.all(
      Array.from({ length: 40 }, () => attempt(SPLIT, { incidentId: b, reportIds: own })),
    );
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect([await reports(a), (await reports(b)).length]).toEqual([own, 1]);
  });
});
