import { localDay, localTime, timeZoneAt } from './time-zone.js';

describe('timeZoneAt', () => {
  test.each([
    ['Orlando', 28.5384, -81.3789, 'America/New_York'],
    ['Pensacola', 30.4213, -87.2169, 'America/Chicago'],
    ['Phoenix', 33.4484, -112.074, 'America/Phoenix'],
    ['Honolulu', 21.3069, -157.8583, 'Pacific/Honolulu'],
    ['San Juan', 18.4655, -66.1057, 'America/Puerto_Rico'],
  ])('%s', (_, latitude, longitude, zone) => {
    expect(timeZoneAt(latitude, longitude)).toBe(zone);
  });

  test.each([
    [Number.NaN, 0],
    [91, 0],
    [0, 181],
    [Number.POSITIVE_INFINITY, 0],
  ])('%d, %d is nowhere: UTC', (latitude, longitude) => {
    expect(timeZoneAt(latitude, longitude)).toBe('UTC');
  });
});

describe('localTime', () => {
  const at = new Date('2026-03-03T13:10:00Z');

  test('is the wall clock of the school', () => {
    const sent = new Date('2026-03-03T13:16:00Z');
    expect(localTime('en-US', 'America/New_York', at, sent)).toBe('8:10 AM');
    expect(localTime('en-US', 'America/Los_Angeles', at, sent)).toBe('5:10 AM');
    expect(localTime('es-US', 'America/New_York', at, sent)).toBe('8:10 a.m.');
  });

  test('names the day when it is not the day of sending, there and not in UTC', () => {
    const nextDay = new Date('2026-03-04T05:30:00Z');
    expect(localTime('en-US', 'America/New_York', at, nextDay)).toBe('Tuesday, March 3 at 8:10 AM');
    expect(localTime('es-US', 'America/New_York', at, nextDay)).toBe(
      'martes, 3 de marzo, 8:10 a.m.',
    );
    expect(localTime('en-US', 'America/Los_Angeles', at, nextDay)).toBe('5:10 AM');
  });

  test('names the day from a calendar where there is one', () => {
    const calendar = {
      days: 'dimanch lendi madi mèkredi jedi vandredi samdi'.split(' '),
      months: 'janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm'.split(' '),
    };
    const tell = (zone: string, time: string, sent: string) =>
      localTime('en-US', zone, new Date(time), new Date(sent), calendar);
    const nextDay = '2026-03-04T05:30:00Z';
    expect(tell('America/New_York', '2026-03-03T13:10:00Z', nextDay)).toBe('madi 3 mas, 8:10 AM');
    expect(tell('America/New_York', '2026-01-01T02:10:00Z', nextDay)).toBe(
      'mèkredi 31 desanm, 9:10 PM',
    );
    expect(tell('UTC', '2026-03-01T02:10:00Z', nextDay)).toBe('dimanch 1 mas, 2:10 AM UTC');
    expect(tell('America/Los_Angeles', '2026-03-03T13:10:00Z', nextDay)).toBe('5:10 AM');
  });

  test('says so when it can only tell UTC', () => {
    expect(localTime('en-US', 'UTC', at, at)).toBe('1:10 PM UTC');
  });
});

describe('localDay', () => {
  test.each([
    ['America/New_York', '2026-03-04T04:59:59.999Z', '2026-03-03'],
    ['America/New_York', '2026-03-04T05:00:00.000Z', '2026-03-04'],
    ['America/Los_Angeles', '2026-01-01T07:59:00.000Z', '2025-12-31'],
    ['Pacific/Honolulu', '2026-07-04T09:59:00.000Z', '2026-07-03'],
    // The hour that comes twice, and the one that never comes.
    ['America/New_York', '2026-11-01T05:30:00.000Z', '2026-11-01'],
    ['America/New_York', '2026-03-08T07:00:00.000Z', '2026-03-08'],
    ['UTC', '2026-03-03T23:59:59.000Z', '2026-03-03'],
  ])('in %s at %s is %s', (zone, at, day) => {
    expect(localDay(zone, new Date(at))).toBe(day);
  });
});
