import { saluteBytes, saluteProblems, type Salute } from './salute.js';

const now = new Date('2026-03-03T13:16:00Z');
const salute = (change: Partial<Salute> = {}): Salute => ({
  size: { agents: 3, vehicles: 2 },
  activity: 'VEHICLE_STOP',
  location: { latitude: 28.2919, longitude: -81.4076, accuracyMeters: 20 },
  unit: { agency: 'ICE', identifiedBy: ['UNIFORM_TEXT', 'MARKED_VEHICLE'] },
  observedAt: new Date('2026-03-03T13:10:00Z'),
  equipment: ['UNMARKED_VEHICLE'],
  vantage: 'FIRSTHAND',
  campus: null,
  authority: null,
  schoolPolice: null,
  narrative: null,
  drill: false,
  ...change,
});
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const fields = (change: Partial<Salute>) =>
  saluteProblems(salute(change), now).map(({ field }) => field);

describe('saluteProblems', () => {
  it.each([
    ['just now', 0, []],
    ['a phone five minutes fast', 5, []],
    ['a phone six minutes fast', 6, ['observedAt']],
    ['yesterday, from an offline phone', -24 * 60, []],
    ['a month ago', -30 * 24 * 60, []],
    ['longer ago', -30 * 24 * 60 - 1, ['observedAt']],
  ])('%s', (_, ahead, expected) =>
    expect(fields({ observedAt: minutes(ahead) })).toEqual(expected),
  );

  it('takes counts that can be counted', () => {
    expect(fields({ size: { agents: null, vehicles: 0 } })).toEqual([]);
    expect(fields({ size: { agents: -1, vehicles: 1_000 } })).toEqual([
      'size.agents',
      'size.vehicles',
    ]);
  });
});

describe('saluteBytes', () => {
  it('does not depend on the order of a list, and depends on everything else', () => {
    const again = salute({
      unit: { agency: 'ICE', identifiedBy: ['MARKED_VEHICLE', 'UNIFORM_TEXT'] },
    });
    expect(saluteBytes(again)).toEqual(saluteBytes(salute()));
    const others: Partial<Salute>[] = [
      { narrative: 'x' },
      { observedAt: minutes(0) },
      { drill: true },
      { size: { agents: 3, vehicles: null } },
      { location: { latitude: 28.2919, longitude: -81.4076, accuracyMeters: null } },
    ];
    for (const change of others)
      expect(saluteBytes(salute(change))).not.toEqual(saluteBytes(salute()));
  });
});
