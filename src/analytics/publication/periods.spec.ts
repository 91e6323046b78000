import { openFrom, periodFrom, periodsIn } from './periods.js';

describe('a period', () => {
  it.each([
    ['MONTH', '2026-02-01', '2026-03-01', '2026-02'],
    ['QUARTER', '2026-10-01', '2027-01-01', '2026-Q4'],
    ['SCHOOL_YEAR', '2026-07-01', '2027-07-01', '2026/27'],
    ['SCHOOL_YEAR', '1999-07-01', '2000-07-01', '1999/00'],
  ] as const)('%s from %s ends before %s', (kind, from, to, name) => {
    expect(periodFrom(kind, from)).toEqual({ from, to, name });
  });

  it.each([
    ['MONTH', '2026-02-02'],
    ['QUARTER', '2026-02-01'],
    ['SCHOOL_YEAR', '2026-01-01'],
    ['SCHOOL_YEAR', '2026-10-01'],
  ] as const)('%s does not begin on %s', (kind, from) => {
    expect(periodFrom(kind, from)).toBeUndefined();
  });

  it('is made of finer ones, without gap or overlap', () => {
    const year = periodFrom('SCHOOL_YEAR', '2025-07-01')!;
    for (const [kind, count] of [
      ['MONTH', 12],
      ['QUARTER', 4],
      ['SCHOOL_YEAR', 1],
    ] as const) {
      const parts = periodsIn(year, 'SCHOOL_YEAR', kind)!;
      expect(parts).toHaveLength(count);
      expect(parts[0]!.from).toBe(year.from);
      expect(parts.at(-1)!.to).toBe(year.to);
      for (const [index, part] of parts.slice(1).entries())
        expect(part.from).toBe(parts[index]!.to);
    }
    expect(periodsIn(periodFrom('MONTH', '2025-07-01')!, 'MONTH', 'QUARTER')).toBeUndefined();
  });

  it('is open seven days after it was over everywhere', () => {
    expect(openFrom(periodFrom('MONTH', '2026-09-01')!).toISOString()).toBe(
      '2026-10-08T12:00:00.000Z',
    );
  });
});
