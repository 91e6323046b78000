import fc from 'fast-check';
import {
  certificationState,
  certifiedBy,
  daysAfter,
  daysBetween,
  nextLook,
} from './certification.js';

it.each<[string | null, number | null, string]>([
  [null, null, 'NONE'],
  ['2026-12-27', 31, 'NONE'],
  ['2026-12-26', 30, 'LAPSES_SOON'],
  ['2026-12-04', 8, 'LAPSES_SOON'],
  ['2026-12-03', 7, 'LAPSES_THIS_WEEK'],
  ['2026-11-26', 0, 'LAPSES_THIS_WEEK'],
  ['2026-11-25', -1, 'LAPSED'],
])('until %s on 2026-11-26: %s days, %s', (until, lapsesInDays, warning) => {
  expect(certificationState(until, '2026-11-26')).toEqual({ until, lapsesInDays, warning });
});

it('counts days as the calendar does', () => {
  expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
  expect(daysBetween('2026-03-07', '2026-03-09')).toBe(2);
  expect(daysAfter('2028-02-28', 2)).toBe('2028-03-01');
});

it('is looked at once a day, in the American morning', () => {
  expect(nextLook(new Date('2026-12-31T23:59:59Z')).toISOString()).toBe('2027-01-01T15:00:00.000Z');
  expect(nextLook(new Date('2026-12-31T00:00:00Z')).toISOString()).toBe('2027-01-01T15:00:00.000Z');
});

const day = fc.integer({ min: 0, max: 2_000 }).map((n) => daysAfter('2026-01-01', n));
const attended = fc.array(fc.option(day));

it('is never shortened by attending, and what does not lapse stays so', () => {
  fc.assert(
    fc.property(day, attended, fc.option(day), (granted, before, next) => {
      const with_ = certifiedBy(granted, [...before, next])!;
      expect(with_ >= certifiedBy(granted, before)!).toBe(true);
      expect(with_ >= granted).toBe(true);
      expect(certifiedBy(null, before)).toBeNull();
    }),
  );
});

it('without an attendance is what it would have been, in whatever order they came', () => {
  fc.assert(
    fc.property(day, attended, fc.option(day), fc.nat(), (granted, others, wrong, at) => {
      const place = at % (others.length + 1);
      const all = others.toSpliced(place, 0, wrong);
      expect(certifiedBy(granted, all.toSpliced(place, 1))).toBe(certifiedBy(granted, others));
      expect(certifiedBy(granted, all.toReversed())).toBe(certifiedBy(granted, all));
    }),
  );
});
