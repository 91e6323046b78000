import fc from 'fast-check';
import { LATE_MINUTES, belongsTo, type Candidate } from './late-report.js';
import { JOIN_METERS, JOIN_MINUTES } from './sighting.js';
import { distanceMeters } from '../geo/distance.js';

const START = Date.parse('2026-03-03T13:00:00Z');
const minutes = (count: number) => new Date(START + count * 60_000);
const METER = 1 / 111_195;

const STATES = [
  'UNVERIFIED',
  'ACTIVE',
  'CLEARED',
  'EXPIRED',
  'RETRACTED',
  'DISMISSED',
  'RECORDED',
  'MERGED',
] as const satisfies Candidate['state'][];
const OPEN: readonly string[] = ['UNVERIFIED', 'ACTIVE'];

/** Seen from 13:00 to 13:20; if it is over, since 13:50. Nobody was told, unless a test says so. */
const incident = (state: Candidate['state'], change: Partial<Candidate> = {}): Candidate => ({
  id: 'i1',
  state,
  latitude: 28.29,
  longitude: -81.4,
  firstObservedAt: minutes(0),
  lastObservedAt: minutes(20),
  confirmedAt: null,
  endedAt: OPEN.includes(state) ? null : minutes(50),
  ...change,
});

const seen = (minute: number, metersNorth = 0) => ({
  latitude: 28.29 + metersNorth * METER,
  longitude: -81.4,
  observedAt: minutes(minute),
});

describe('whatever the state', () => {
  it.each<[string, number, number, boolean]>([
    ['at the place, in between', 10, 0, true],
    ['44 minutes before the first', -44, 0, true],
    ['46 minutes before the first', -46, 0, false],
    ['29 minutes after the last', 49, 0, true],
    ['799 m away', 10, 799, true],
    ['801 m away', 10, 801, false],
  ])('%s', (_, minute, meters, joins) => {
    for (const state of STATES.filter((state) => state !== 'MERGED')) {
      const one = incident(state);
      expect(belongsTo(seen(minute, meters), [one], minutes(600))).toBe(joins ? one : undefined);
    }
  });

  it('takes nothing 46 minutes after the last observation, though it ended later', () => {
    const one = incident('DISMISSED', { endedAt: minutes(120) });
    expect(belongsTo(seen(65), [one], minutes(600))).toBe(one);
    expect(belongsTo(seen(66), [one], minutes(600))).toBeUndefined();
  });

  it('takes what was seen while families were told that it is on, however long that was', () => {
    const told = { confirmedAt: minutes(25) };
    for (const state of ['CLEARED', 'EXPIRED', 'RETRACTED'] as const) {
      const one = incident(state, { ...told, endedAt: minutes(120) });
      expect(belongsTo(seen(120), [one], minutes(600))).toBe(one);
      expect(belongsTo(seen(121), [one], minutes(600))).toBeUndefined();
    }
    const on = incident('ACTIVE', told);
    for (const filed of [200, 600]) expect(belongsTo(seen(200), [on], minutes(filed))).toBe(on);
    expect(belongsTo(seen(-46), [on], minutes(600))).toBeUndefined();
  });
});

describe('by state', () => {
  const FRESH = 10 + LATE_MINUTES;
  const LATE = FRESH + 1;

  it.each<[Candidate['state'], boolean, boolean]>([
    ['UNVERIFIED', true, true],
    ['ACTIVE', true, true],
    ['CLEARED', true, true],
    ['EXPIRED', false, true],
    ['RETRACTED', false, true],
    ['DISMISSED', false, true],
    ['RECORDED', false, true],
    ['MERGED', false, false],
  ])('%s: a fresh one joins %s, a late one %s', (state, fresh, late) => {
    const one = incident(state, { endedAt: OPEN.includes(state) ? null : minutes(30) });
    expect(belongsTo(seen(10), [one], minutes(FRESH)) === one).toBe(fresh);
    expect(belongsTo(seen(10), [one], minutes(LATE)) === one).toBe(late);
  });

  it('opens another when it was seen after the end', () => {
    for (const state of STATES.filter((state) => !OPEN.includes(state))) {
      const one = incident(state, { endedAt: minutes(30) });
      expect(belongsTo(seen(31), [one], minutes(600))).toBeUndefined();
      expect(belongsTo(seen(30), [one], minutes(600)) === one).toBe(state !== 'MERGED');
      expect(belongsTo(seen(10), [{ ...one, endedAt: null }], minutes(600))).toBeUndefined();
    }
  });
});

describe('among several', () => {
  const at = (id: string, meters: number, state: Candidate['state'] = 'ACTIVE') =>
    incident(state, { id, latitude: 28.29 + meters * METER });

  it('joins the nearest open one', () => {
    const all = [at('far', 500), at('near', 100, 'UNVERIFIED'), at('mid', 300)];
    expect(belongsTo(seen(10), all, minutes(11))?.id).toBe('near');
  });

  it('joins an open one before a nearer one that is over', () => {
    const all = [at('over', 0, 'CLEARED'), at('open', 700)];
    expect(belongsTo(seen(10), all, minutes(11))?.id).toBe('open');
    expect(belongsTo(seen(10), all, minutes(600))?.id).toBe('open');
  });

  it('joins, when it is late, the one of its time before one that has begun since', () => {
    const since = { firstObservedAt: minutes(50), lastObservedAt: minutes(60) };
    const all = [at('over', 100, 'CLEARED'), { ...at('since', 0), ...since }];
    expect(belongsTo(seen(15), all, minutes(15 + LATE_MINUTES))?.id).toBe('since');
    expect(belongsTo(seen(15), all, minutes(16 + LATE_MINUTES))?.id).toBe('over');
    expect(belongsTo(seen(45), all, minutes(600))?.id).toBe('since');
  });

  it('joins the one that is over and nearest in time, then in place', () => {
    const earlier = { firstObservedAt: minutes(-40), lastObservedAt: minutes(-30) };
    const all = [
      { ...at('earlier', 0, 'CLEARED'), ...earlier },
      at('farther', 200, 'EXPIRED'),
      at('then', 100, 'DISMISSED'),
    ];
    expect(belongsTo(seen(10), all, minutes(600))?.id).toBe('then');
    expect(belongsTo(seen(10), all, minutes(11))?.id).toBe('earlier');
  });
});

const anyIncident = fc
  .record({
    state: fc.constantFrom(...STATES),
    north: fc.integer({ min: -1_000, max: 1_000 }),
    first: fc.integer({ min: -120, max: 120 }),
    lasts: fc.nat(60),
    ends: fc.nat(120),
    told: fc.boolean(),
  })
  .map(({ state, north, first, lasts, ends, told }) =>
    incident(state, {
      latitude: 28.29 + north * METER,
      firstObservedAt: minutes(first),
      lastObservedAt: minutes(first + lasts),
      confirmedAt: told ? minutes(first + lasts) : null,
      endedAt: OPEN.includes(state) ? null : minutes(first + lasts + ends),
    }),
  );
const several = fc
  .array(anyIncident, { maxLength: 8 })
  .map((all) => all.map((one, i) => ({ ...one, id: `i${i}` })));
const anySighting = fc.integer({ min: -120, max: 180 }).map((minute) => seen(minute));
const delay = fc.nat(90);

describe('always', () => {
  const filed = (sighting: { observedAt: Date }, after: number) =>
    new Date(sighting.observedAt.getTime() + after * 60_000);

  it('is near in place and time, not merged, and not over before', () => {
    fc.assert(
      fc.property(anySighting, several, delay, (sighting, all, after) => {
        const joined = belongsTo(sighting, all, filed(sighting, after));
        if (!joined) return;
        const reach = JOIN_MINUTES * 60_000;
        const observed = sighting.observedAt.getTime();
        expect(all).toContain(joined);
        expect(joined.state).not.toBe('MERGED');
        expect(distanceMeters(joined, sighting)).toBeLessThanOrEqual(JOIN_METERS);
        expect(observed).toBeGreaterThanOrEqual(joined.firstObservedAt.getTime() - reach);
        if (!joined.confirmedAt)
          expect(observed).toBeLessThanOrEqual(joined.lastObservedAt.getTime() + reach);
        if (joined.endedAt) expect(observed).toBeLessThanOrEqual(joined.endedAt.getTime());
      }),
    );
  });

  it('joins none only if it would join none of them alone', () => {
    fc.assert(
      fc.property(anySighting, several, delay, (sighting, all, after) => {
        const at = filed(sighting, after);
        const alone = all.filter((one) => belongsTo(sighting, [one], at));
        const joined = belongsTo(sighting, all, at);
        expect(joined !== undefined).toBe(alone.length > 0);
        if (after <= LATE_MINUTES && alone.some(({ state }) => OPEN.includes(state)))
          expect(OPEN).toContain(joined!.state);
      }),
    );
  });

  it('does not depend on the order of the candidates, and leaves them as they are', () => {
    fc.assert(
      fc.property(anySighting, several, delay, (sighting, all, after) => {
        const at = filed(sighting, after);
        const before = [...all];
        expect(belongsTo(sighting, all.toReversed(), at)).toBe(belongsTo(sighting, all, at));
        expect(all).toEqual(before);
      }),
    );
  });

  it('finds no fewer incidents when it is filed later', () => {
    fc.assert(
      fc.property(anySighting, several, delay, delay, (sighting, all, after, more) => {
        if (belongsTo(sighting, all, filed(sighting, after)))
          expect(belongsTo(sighting, all, filed(sighting, after + more))).toBeDefined();
      }),
    );
  });
});
