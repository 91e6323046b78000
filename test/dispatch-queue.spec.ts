import { ask, send } from './support/graphql.js';
import { merge } from './support/merges.js';
import { CLEAR, DISMISS, VERIFY } from './support/operations.js';
import { hire, report, type Person } from './support/staff.js';
import { startService, type TestService } from './support/test-service.js';

const QUEUE = `query ($first: Int, $drills: Boolean) { dispatchQueue(first: $first, drills: $drills) {
  incident { id state } need minutesWaiting severity firsthand corroborating lapsesAt
  suggestedDuplicates { incident { id state } score reasons { kind weight measure } }
  earlier { incident { id } metersAway }
} }`;

/** Degrees of latitude in a meter, closely. */
const METER = 1 / 111_195;

/** What a dispatcher finds in the morning: what first, since when, and what it may belong to. */
describe('the dispatch queue', () => {
  let it_: TestService;
  let author: Person;
  let other: Person;
  let dispatcher: Person;

  beforeEach(async () => {
    const environment = { ALERTS_PER_DISTRICT_HOUR: '1000', WIDE_ALERT_DEVICES: '1000' };
    it_ = await startService({ environment });
    author = await hire(it_.url, it_.admin, 'RESPONDER', 'One');
    other = await hire(it_.url, it_.admin, 'RESPONDER', 'Three');
    dispatcher = await hire(it_.url, it_.admin, 'DISPATCHER', 'Two');
  });
  afterEach(() => it_.close());

  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const KISSIMMEE = { latitude: 28.2919, longitude: -81.4076 };
  const north = (meters: number) => ({
    ...KISSIMMEE,
    latitude: KISSIMMEE.latitude + meters * METER,
  });
  const FAR = { latitude: KISSIMMEE.latitude, longitude: -81.25 };
  const file = (location: object, change: object = {}, by = author) =>
    report(it_.url, by, { location, ...change });
  const decide = (operation: string, incidentId: string, more: object = {}) =>
    ask(it_.url, operation, { input: { incidentId, ...more } }, dispatcher.token);
  const queue = async (variables: object = {}): Promise<Record<string, any>[]> =>
    (await ask(it_.url, QUEUE, variables, dispatcher.token)).dispatchQueue;
  const order = async () => (await queue()).map(({ incident }) => incident.id);
  const entry = async (id: string) => (await queue()).find(({ incident }) => incident.id === id)!;
  /** As if it had been opened so much earlier. */
  const waits = (id: string, minutes: number) =>
    it_.database.query(
      `UPDATE incident SET opened_at = opened_at - make_interval(mins => $2) WHERE id = $1`,
      [id, minutes],
    );

  /** So many more just like it. */
  const copies = (id: string, count: number) =>
    it_.database.query(
      `INSERT INTO incident SELECT (jsonb_populate_record(incident,
         jsonb_build_object('id', gen_random_uuid()))).*
       FROM incident, generate_series(1, $2) WHERE id = $1`,
      [id, count],
    );

  it('orders by severity, then by who saw it, how many say so, and how long it waits', async () => {
    const relayed = await file(north(0), { vantage: 'RELAYED' });
    const stop = await file(north(3_000));
    const twice = await file(north(6_000));
    expect(await file(north(6_000), {}, other)).toBe(twice);
    const arrest = await file(north(9_000), { activity: 'ARREST', vantage: 'RELAYED' });
    const there = await file(north(12_000), { activity: 'PRESENCE' });
    expect(await order()).toEqual([arrest, twice, stop, relayed, there]);
    await waits(relayed, 61);
    expect(await order()).toEqual([arrest, relayed, twice, stop, there]);
    expect(await queue({ first: 2 })).toHaveLength(2);
    expect(await entry(twice)).toMatchObject({
      ...{ need: 'VERIFY', severity: 'Moderate', firsthand: true, corroborating: 2 },
      ...{ minutesWaiting: 0, lapsesAt: null, suggestedDuplicates: [] },
    });
    expect(await entry(relayed)).toMatchObject({
      ...{ minutesWaiting: 61, firsthand: false, corroborating: 0 },
    });
    expect((await entry(arrest)).severity).toBe('Severe');
  });

  it('holds what needs a decision, and nothing that does not', async () => {
    const [waiting, on, lapsing, wide] = [
      await file(north(0)),
      await file(north(3_000)),
      await file(north(6_000)),
      await file(north(9_000)),
    ];
    const gone = await file(north(12_000));
    const taken = await file(north(1_000));
    await decide(VERIFY, on);
    await decide(VERIFY, lapsing, { expiresInMinutes: 9 });
    await decide(VERIFY, wide, { radiusMeters: 5_000 });
    await decide(DISMISS, gone, { outcome: 'UNFOUNDED' });
    await merge(it_.url, dispatcher, taken, waiting);
    const all = await queue();
    expect(all.map(({ need, incident }) => [need, incident.id])).toEqual([
      ['APPROVE', wide],
      ['CONFIRM', lapsing],
      ['VERIFY', waiting],
    ]);
    expect(all[1]!.incident.state).toBe('ACTIVE');
    const lapsesIn = (Date.parse(all[1]!.lapsesAt) - Date.now()) / 60_000;
    expect(lapsesIn).toBeGreaterThan(8);
    expect(lapsesIn).toBeLessThanOrEqual(9);
    expect((Date.parse(all[0]!.lapsesAt) - Date.now()) / 60_000).toBeLessThanOrEqual(15);
    expect(await queue({ drills: true })).toEqual([]);
    await decide(CLEAR, lapsing);
    expect(await order()).toEqual([wide, waiting]);
  });

  it('puts what is over after all that families can still be told of', async () => {
    const stale = await file(north(0), { activity: 'ARREST', observedAt: ago(150) });
    await waits(stale, 150);
    const fresh = await file(north(3_000), { activity: 'PRESENCE', vantage: 'RELAYED' });
    expect(await order()).toEqual([fresh, stale]);
    expect(await entry(stale)).toMatchObject({ need: 'RECORD', minutesWaiting: 150 });
  });

  it('shows what has just come in, however much lies there undecided', async () => {
    const old = await file(north(0), { observedAt: ago(600) });
    await copies(old, 600);
    await it_.database.query(`UPDATE incident SET opened_at = opened_at - interval '10 hours'`);
    const lapsing = await file(north(3_000), { observedAt: ago(100) });
    await decide(VERIFY, lapsing, { expiresInMinutes: 5 });
    const fresh = await file(FAR, { activity: 'ARREST' });
    expect((await order()).slice(0, 2)).toEqual([fresh, lapsing]);
  });

  it('suggests duplicates, the likeliest first, and says why', async () => {
    const one = await file(north(0), { observedAt: ago(10) });
    const alike = await file(north(850), { observedAt: ago(11) });
    const less = await file(north(-1_000), { observedAt: ago(40), activity: 'CHECKPOINT' });
    const unlike = await file(north(2_400), { observedAt: ago(10), activity: 'PRESENCE' });
    const sameLatitude = await file(FAR, { observedAt: ago(10) });
    const { suggestedDuplicates } = await entry(one);
    expect(suggestedDuplicates.map(({ incident }: any) => incident.id)).toEqual([alike, less]);
    const [first, second] = suggestedDuplicates;
    expect(first.score).toBeGreaterThan(second.score);
    expect(second.score).toBeGreaterThanOrEqual(0.5);
    expect(first.score).toBeLessThanOrEqual(1);
    expect(first.reasons.map(({ kind }: any) => kind)).toEqual([
      ...['PLACE', 'TIME', 'ACTIVITY', 'AGENCY'],
    ]);
    expect(first.reasons[0].measure).toBeCloseTo(850, -1);
    expect(second.reasons[1].measure).toBe(30);
    const weights = first.reasons.map(({ weight }: any) => weight);
    expect(weights.reduce((sum: number, one: number) => sum + one, 0)).toBeCloseTo(first.score);
    // Nobody suggests what was merged, nor one to itself.
    await merge(it_.url, dispatcher, alike, one);
    expect((await entry(one)).suggestedDuplicates.map(({ incident }: any) => incident.id)).toEqual([
      less,
    ]);
    for (const id of [unlike, sameLatitude])
      expect((await entry(id)).suggestedDuplicates).toEqual([]);
  });

  it('suggests one that ended hours before a long one did, but overlapped with it', async () => {
    const long = await file(north(0), { observedAt: ago(240) });
    for (const minutes of [200, 160, 120, 80, 40, 2])
      expect(await file(north(0), { observedAt: ago(minutes) })).toBe(long);
    const brief = await file(north(900), { observedAt: ago(230) });
    const suggested = (await entry(long)).suggestedDuplicates;
    expect(suggested.map(({ incident }: any) => incident.id)).toEqual([brief]);
    expect((await entry(brief)).suggestedDuplicates[0]).toMatchObject({
      ...{ incident: { id: long }, score: suggested[0].score },
    });
  });

  it('shows the nearest earlier incidents, and none that is elsewhere', async () => {
    const places = [1_700, 900];
    const before: string[] = [];
    for (const meters of places) {
      const id = await file(north(meters), { observedAt: ago(2_000) });
      await decide(DISMISS, id, { outcome: 'UNABLE_TO_VERIFY' });
      before.push(id);
    }
    await copies(await file(FAR, { observedAt: ago(2_000) }), 120);
    await file(north(3_400), { observedAt: ago(2_000) });
    const now = await file(north(0));
    await file(north(-1_500));
    const { earlier } = await entry(now);
    expect(earlier.map(({ incident }: any) => incident.id)).toEqual(before.toReversed());
    const meters = earlier.map(({ metersAway }: any) => metersAway);
    expect(meters[0]).toBeCloseTo(900, -1);
    expect(meters[1]).toBeCloseTo(1_700, -1);
  });

  it('is for those who dispatch', async () => {
    for (const token of [undefined, author.token]) {
      const answer = await send(it_.url, QUEUE, {}, token);
      expect(answer.errors?.[0]?.extensions.code).toMatch(/UNAUTHENTICATED|FORBIDDEN/);
    }
  });
});
