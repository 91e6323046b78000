import fc from 'fast-check';
import { ASSESSMENTS } from '../alerts/alert-builder.js';
import { CAP_SEVERITIES, CAP_URGENCIES } from '../alerts/cap.js';
import { ACTIVITIES } from '../alerts/notice.js';
import { NEEDS, inOrder, minutesWaiting, urgencyOf, type Waiting } from './dispatch-order.js';

const now = new Date('2026-03-03T13:00:00Z');
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

/** Nothing speaks for it: a minor one, relayed, fresh. */
const waiting = (change: Partial<Waiting> = {}): Waiting => ({
  id: 'i1',
  need: 'VERIFY',
  severity: 'Minor',
  urgency: 'Expected',
  since: now,
  firsthand: false,
  corroborating: 0,
  lapses: null,
  ...change,
});

const ARREST = { severity: 'Severe', urgency: 'Immediate' } as const;
const STOP = { severity: 'Moderate', urgency: 'Immediate' } as const;
const SEEN = { firsthand: true, corroborating: 1 };

describe('comes first', () => {
  it.each<[string, Partial<Waiting>, Partial<Waiting>]>([
    ['an arrest before officers who are there', ARREST, SEEN],
    [
      'a relayed arrest before a vehicle stop that five saw',
      ARREST,
      { ...STOP, firsthand: true, corroborating: 5 },
    ],
    ['first-hand before relayed', SEEN, {}],
    ['what two saw before what one saw', { ...SEEN, corroborating: 2 }, SEEN],
    ['first-hand by one before relayed and now', SEEN, { urgency: 'Immediate' }],
    ['what waited longer', { since: minutes(-2) }, { since: minutes(-1) }],
    [
      'a relayed minor one of an hour ago before a fresh minor one',
      { since: minutes(-60) },
      { ...SEEN, corroborating: 5 },
    ],
    [
      'a fresh severe first-hand one before a relayed minor one of an hour ago',
      { ...ARREST, ...SEEN },
      { since: minutes(-60) },
    ],
    [
      'after four hours, even a relayed minor one before a fresh severe one',
      { since: minutes(-240) },
      { ...ARREST, ...SEEN },
    ],
    ['a wide alert that waits before the same unverified', { need: 'APPROVE' }, { need: 'VERIFY' }],
    [
      'an alert about to lapse before a fresh vehicle stop',
      { ...STOP, ...SEEN, need: 'CONFIRM', lapses: minutes(2) },
      { ...STOP, ...SEEN },
    ],
    [
      'what lapses in two minutes before what lapses in nine',
      { lapses: minutes(2) },
      { lapses: minutes(9) },
    ],
    ['a severity that is not known before a minor one', { severity: 'Unknown' }, {}],
    [
      'a fresh minor one before an arrest that was over before anybody decided',
      {},
      { ...ARREST, ...SEEN, need: 'RECORD', since: minutes(-600) },
    ],
  ])('%s', (_, first, second) => {
    const pair = [waiting({ id: 'first', ...first }), waiting({ id: 'second', ...second })];
    for (const all of [pair, pair.toReversed()])
      expect(inOrder(all, now).map(({ id }) => id)).toEqual(['first', 'second']);
  });

  it('of equals, what waited longer, then the smaller id', () => {
    const all = [
      waiting({ id: 'c' }),
      waiting({ id: 'b' }),
      waiting({ id: 'a', urgency: 'Immediate' }),
      waiting({ id: 'd', since: minutes(-10) }),
    ];
    expect(inOrder(all, now).map(({ id }) => id)).toEqual(['d', 'a', 'b', 'c']);
  });
});

it('ranks every activity by its severity when all else is alike', () => {
  const ranks = CAP_SEVERITIES.filter((severity) => severity !== 'Unknown');
  const all = ACTIVITIES.map((id) => waiting({ id, ...ASSESSMENTS[id] }));
  const order = inOrder(all, now).map(({ severity }) => ranks.indexOf(severity as never));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

it('waits in whole minutes, never negative', () => {
  const asked = [0, 0.99, 1, 61.5, -3].map((ago) => minutesWaiting(minutes(-ago), now));
  expect(asked).toEqual([0, 0, 1, 61, 0]);
});

const anyWaiting = fc.record({
  id: fc.uuid(),
  need: fc.constantFrom(...NEEDS),
  severity: fc.constantFrom(...CAP_SEVERITIES),
  urgency: fc.constantFrom(...CAP_URGENCIES),
  since: fc.integer({ min: -300, max: 5 }).map(minutes),
  firsthand: fc.boolean(),
  corroborating: fc.nat(9),
  lapses: fc.option(fc.integer({ min: -5, max: 240 }).map(minutes)),
});
const queue = fc.uniqueArray(anyWaiting, { selector: ({ id }) => id, maxLength: 12 });

describe('always', () => {
  it('is one order, whatever order they come in, and loses nobody', () => {
    const both = queue.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      ),
    );
    fc.assert(
      fc.property(both, ([all, shuffled]) => {
        const order = inOrder(all, now);
        expect(inOrder(shuffled, now)).toEqual(order);
        expect(new Set(order)).toEqual(new Set(all));
        expect(order).toHaveLength(all.length);
      }),
    );
  });

  it('is the order of every two of them alone', () => {
    fc.assert(
      fc.property(queue, (all) => {
        inOrder(all, now).forEach((first, i, order) => {
          for (const second of order.slice(i + 1))
            expect(inOrder([second, first], now)).toEqual([first, second]);
        });
      }),
    );
  });

  it('is a number, 0 or more', () => {
    fc.assert(
      fc.property(anyWaiting, (one) => {
        expect(urgencyOf(one, now)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(urgencyOf(one, now))).toBe(true);
      }),
    );
  });

  it.each<[string, (one: Waiting) => Partial<Waiting>]>([
    ['the graver', ({ severity }) => ({ severity: graver(severity) })],
    ['the more urgent', ({ urgency }) => ({ urgency: sooner(urgency) })],
    ['the longer it waits', ({ since }) => ({ since: new Date(since.getTime() - 90_000) })],
    ['first-hand', () => ({ firsthand: true })],
    ['the more say so', ({ corroborating }) => ({ corroborating: corroborating + 1 })],
    [
      'the sooner it lapses',
      ({ lapses }) => ({ lapses: lapses && new Date(lapses.getTime() - 90_000) }),
    ],
    ['that it lapses at all', ({ lapses }) => ({ lapses: lapses ?? minutes(3) })],
  ])('rises, or stays: %s', (_, more) => {
    fc.assert(
      fc.property(anyWaiting, (one) => {
        const risen = urgencyOf({ ...one, ...more(one) }, now);
        expect(risen).toBeGreaterThanOrEqual(urgencyOf(one, now));
      }),
    );
  });

  it('puts the graver first of two that need the same, waited as long and do not lapse', () => {
    fc.assert(
      fc.property(anyWaiting, anyWaiting, (one, other) => {
        const known = { ...one, severity: one.severity === 'Unknown' ? 'Minor' : one.severity };
        const alike = { need: one.need, since: one.since, lapses: null };
        const graverOne = { ...other, ...alike, severity: graver(known.severity) };
        if (graverOne.severity === known.severity) return;
        expect(urgencyOf(graverOne, now)).toBeGreaterThan(
          urgencyOf({ ...known, ...alike } as Waiting, now),
        );
      }),
    );
  });

  it('starves nothing: after six hours it comes before all that is fresh and does not lapse', () => {
    fc.assert(
      fc.property(anyWaiting, anyWaiting, (old, fresh) => {
        const waited = { ...old, severity: 'Minor' as const, since: minutes(-360) };
        const arrived = { ...fresh, since: now, lapses: null };
        if (waited.need === 'RECORD') arrived.need = 'RECORD';
        expect(inOrder([arrived, waited], now)[0]).toBe(waited);
      }),
    );
  });
});

function graver(severity: Waiting['severity']): Waiting['severity'] {
  const next = { Minor: 'Moderate', Moderate: 'Severe', Unknown: 'Severe' } as const;
  return severity === 'Minor' || severity === 'Moderate' || severity === 'Unknown'
    ? next[severity]
    : 'Extreme';
}

function sooner(urgency: Waiting['urgency']): Waiting['urgency'] {
  const next = {
    Past: 'Future',
    Future: 'Expected',
    Unknown: 'Immediate',
    Expected: 'Immediate',
    Immediate: 'Immediate',
  } as const;
  return next[urgency];
}
