import { addDays, daysIn, spansAround, weekdaysIn } from './spans.js';

const policy = (effectiveFrom: string, effectiveUntil: string | null = null) => ({
  ...{ effectiveFrom, effectiveUntil },
});
const known = { firstDay: '2020-01-01', today: '2026-11-26' };

describe('the days around a policy', () => {
  it('are as many on each side', () => {
    const { before, after } = spansAround(policy('2024-08-01'), 365, known);
    expect(before).toEqual({ from: '2023-08-02', to: '2024-08-01' });
    expect(after).toEqual({ from: '2024-08-01', to: '2025-08-01' });
    expect([daysIn(before), daysIn(after)]).toEqual([365, 365]);
  });

  it('end with the policy, and before today', () => {
    expect(spansAround(policy('2024-08-01', '2024-12-31'), 365, known).after.to).toBe('2025-01-01');
    expect(spansAround(policy('2026-11-01'), 365, known).after.to).toBe('2026-11-26');
  });

  it('begin with the network', () => {
    const { before, after } = spansAround(policy('2020-01-11'), 365, known);
    expect(before).toEqual({ from: '2020-01-01', to: '2020-01-11' });
    expect(daysIn(after)).toBe(365);
    expect(daysIn(spansAround(policy('2019-05-01'), 30, known).before)).toBe(0);
    expect(daysIn(spansAround(policy('2027-05-01'), 30, known).after)).toBe(0);
  });
});

it('weekdays are those that a calendar has', () => {
  for (let start = 0; start < 7; start++)
    for (let days = 0; days < 40; days++) {
      const from = addDays('2026-02-26', start);
      const all = Array.from({ length: days }, (_, n) => new Date(`${addDays(from, n)}T12:00:00Z`));
      const weekdays = all.filter((day) => !['Sat', 'Sun'].includes(day.toUTCString().slice(0, 3)));
      expect(weekdaysIn({ from, to: addDays(from, days) })).toBe(weekdays.length);
    }
});
