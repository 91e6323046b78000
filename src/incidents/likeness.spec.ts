import fc from 'fast-check';
import { ACTIVITIES, AGENCIES } from '../alerts/notice.js';
import {
  LIKENESS_REASONS,
  LIKE_METERS,
  LIKE_MINUTES,
  SUGGESTED_SCORE,
  likeness,
  type Trace,
} from './likeness.js';

const START = Date.parse('2026-03-03T13:00:00Z');
const minutes = (count: number) => new Date(START + count * 60_000);
const METER = 1 / 111_195;

/** Seen for 20 minutes, from `minute` on. */
const trace = (change: Partial<Trace> = {}, metersNorth = 0, minute = 0): Trace => ({
  latitude: 28.29 + metersNorth * METER,
  longitude: -81.4,
  firstObservedAt: minutes(minute),
  lastObservedAt: minutes(minute + 20),
  activity: 'STAGING',
  agency: 'ICE',
  ...change,
});

const score = (b: Trace, a = trace()) => likeness(a, b).score;

it('says why', () => {
  const { reasons } = likeness(trace(), trace({ activity: 'PRESENCE' }, 600, 50));
  expect(reasons.map(({ kind, measure }) => [kind, measure])).toEqual([
    ['PLACE', 600],
    ['TIME', 30],
    ['ACTIVITY', null],
    ['AGENCY', null],
  ]);
});

it('leaves out what does not speak for it', () => {
  const kinds = (b: Trace) => likeness(trace(), b).reasons.map(({ kind }) => kind);
  expect(kinds(trace({ activity: 'ARREST', agency: 'CBP' }))).toEqual(['PLACE', 'TIME']);
  expect(kinds(trace({ agency: 'UNKNOWN' }))).toEqual(['PLACE', 'TIME', 'ACTIVITY']);
  expect(kinds(trace({}, LIKE_METERS + 1))).toEqual([]);
});

it.each<[string, Trace, boolean]>([
  ['the same, 800 m and 45 minutes apart', trace({}, 800, 65), true],
  ['the same, 1.5 km apart', trace({}, 1_500), true],
  ['the same, 1.7 km apart', trace({}, 1_700), false],
  ['the same, an hour and a half apart', trace({}, 0, 110), true],
  ['the same, two hours apart', trace({}, 0, 140), false],
  ['there and then, but an arrest', trace({ activity: 'ARREST' }), true],
  [
    'there and then, but an arrest by another agency',
    trace({ activity: 'ARREST', agency: 'CBP' }),
    true,
  ],
  [
    'an arrest by another agency 1 km away',
    trace({ activity: 'ARREST', agency: 'CBP' }, 1_000),
    false,
  ],
  ['presence 1 km away', trace({ activity: 'PRESENCE' }, 1_000), true],
  ['presence 1 km and an hour away', trace({ activity: 'PRESENCE' }, 1_000, 80), true],
  ['presence 1.5 km and an hour away', trace({ activity: 'PRESENCE' }, 1_500, 80), false],
])('suggests or not: %s', (_, other, suggested) => {
  expect(score(other) >= SUGGESTED_SCORE).toBe(suggested);
});

it.each<[string, Trace['activity'], Trace['activity'], number]>([
  ['the same', 'ARREST', 'ARREST', 1],
  ['the same unknown one', 'OTHER', 'OTHER', 1],
  ['related', 'STAGING', 'SURVEILLANCE', 0.85],
  ['related', 'CHECKPOINT', 'QUESTIONING', 0.85],
  ['related', 'CAMPUS_ENTRY', 'CAMPUS_ENTRY_SOUGHT', 0.85],
  ['different', 'CAMPUS_ENTRY', 'ARREST', 0.7],
  ['different', 'PRESENCE', 'OTHER', 0.7],
])('activities that are %s: %s and %s', (_, a, b, expected) => {
  expect(score(trace({ activity: a }), trace({ activity: b }))).toBeCloseTo(expected, 10);
});

describe('agency', () => {
  const apart = (agency: Trace['agency'], other: Trace['agency']) =>
    score(trace({ agency }, 500, 60), trace({ agency: other, activity: 'PRESENCE' }));

  it('speaks for, is neutral, or speaks against', () => {
    const neutral = apart('UNKNOWN', 'ICE');
    expect(apart('ICE', 'ICE')).toBeGreaterThan(neutral);
    expect(apart('UNKNOWN', 'UNKNOWN')).toBe(neutral);
    expect(apart('ICE', 'UNKNOWN')).toBe(neutral);
    expect(apart('ICE', 'CBP')).toBeLessThan(neutral);
  });

  it('counts half when one is a part of the other', () => {
    const half = (apart('ICE', 'ICE') + apart('ICE', 'CBP')) / 2;
    expect(apart('ICE', 'ICE_HSI')).toBeCloseTo(half, 10);
    expect(apart('ICE_ERO', 'ICE_HSI')).toBe(apart('ICE', 'CBP'));
  });
});

const anyTrace = fc
  .record({
    activity: fc.constantFrom(...ACTIVITIES),
    agency: fc.constantFrom(...AGENCIES),
    north: fc.integer({ min: -2_000, max: 2_000 }),
    minute: fc.integer({ min: -150, max: 150 }),
  })
  .map(({ activity, agency, north, minute }) => trace({ activity, agency }, north, minute));

describe('always', () => {
  it('is symmetric', () => {
    fc.assert(
      fc.property(anyTrace, anyTrace, (a, b) => {
        expect(likeness(a, b)).toEqual(likeness(b, a));
      }),
    );
  });

  it('is 1 for the same trace and never more', () => {
    fc.assert(
      fc.property(anyTrace, anyTrace, (a, b) => {
        expect(score(a, a)).toBe(1);
        expect(score(b, a)).toBeGreaterThanOrEqual(0);
        expect(score(b, a)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is the sum of its reasons, each named once', () => {
    fc.assert(
      fc.property(anyTrace, anyTrace, (a, b) => {
        const { score, reasons } = likeness(a, b);
        const kinds = reasons.map(({ kind }) => kind);
        expect(reasons.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(score, 10);
        expect(kinds).toEqual(LIKENESS_REASONS.filter((kind) => kinds.includes(kind)));
        for (const { weight } of reasons) expect(weight).toBeGreaterThan(0);
      }),
    );
  });

  it('is 0 too far away, and too long before or after', () => {
    fc.assert(
      fc.property(anyTrace, fc.integer({ min: 1, max: 1_000_000 }), (a, more) => {
        const far = { ...a, latitude: a.latitude + (LIKE_METERS + more) * METER };
        const gap = (LIKE_MINUTES + more) * 60_000;
        const later = {
          ...a,
          firstObservedAt: new Date(a.lastObservedAt.getTime() + gap),
          lastObservedAt: new Date(a.lastObservedAt.getTime() + 2 * gap),
        };
        expect(likeness(a, { ...far, latitude: Math.min(far.latitude, 90) })).toEqual({
          score: 0,
          reasons: [],
        });
        expect(likeness(a, later)).toEqual({ score: 0, reasons: [] });
      }),
    );
  });

  it('falls smoothly with distance and time: no step of 10 m or a minute makes much', () => {
    const meters = fc.nat(LIKE_METERS + 100);
    const minute = fc.nat(LIKE_MINUTES + 30);
    fc.assert(
      fc.property(anyTrace, meters, minute, (kind, north, after) => {
        const { activity, agency } = kind;
        const at = (n: number, m: number) => score(trace({ activity, agency }, n, m));
        for (const next of [at(north + 10, after), at(north, after + 1)]) {
          expect(next).toBeLessThanOrEqual(at(north, after));
          expect(next).toBeGreaterThan(at(north, after) - 0.01);
        }
      }),
    );
  });
});
