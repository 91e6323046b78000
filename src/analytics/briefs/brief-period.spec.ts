import { BadInput } from '../../platform/errors.js';
import { lastMonthShown, readBriefQuery } from './brief-period.js';

const TODAY = '2026-07-15';
const read = (query: Record<string, unknown>) => readBriefQuery(query, TODAY);
const fields = (query: Record<string, unknown>) => {
  try {
    read(query);
  } catch (error) {
    return (error as BadInput).fields.map(({ field }) => field);
  }
  return [];
};

describe('the period of a brief', () => {
  it.each([
    ['2026-07-15', '2026-06'],
    ['2026-07-06', '2026-05'],
    ['2026-07-07', '2026-06'],
    ['2026-03-07', '2026-02'],
    ['2026-01-05', '2025-11'],
  ])('on %s ends with %s at the latest', (today, month) =>
    expect(lastMonthShown(today)).toBe(month),
  );

  it('is the last twelve whole months, when nothing is said', () => {
    const { period, locale, format } = read({});
    expect(period).toMatchObject({ from: '2025-07-01', to: '2026-06-30' });
    expect(period.months).toHaveLength(12);
    expect([period.months[0], period.months[11]]).toEqual(['2025-07', '2026-06']);
    expect({ locale, format }).toEqual({ locale: 'en', format: 'html' });
  });

  it('is whole months, however they are written', () => {
    const days = read({ from: '2026-01-01', to: '2026-02-28', locale: 'es', format: 'pdf' });
    expect(days).toEqual({
      period: { from: '2026-01-01', to: '2026-02-28', months: ['2026-01', '2026-02'] },
      ...{ locale: 'es', format: 'pdf' },
    });
    expect(read({ from: '2026-01', to: '2026-02' }).period).toEqual(days.period);
    expect(read({ to: '2024-02' }).period.to).toBe('2024-02-29');
  });

  it.each([
    [{ from: '2026-01-15' }, ['from']],
    [{ to: '2026-02-27' }, ['to']],
    [{ to: '2026-02-29' }, ['to']],
    [{ from: '2026-13' }, ['from']],
    [{ from: ['2026-01', '2026-02'] }, ['from']],
    [{ to: '2026-07' }, ['to']],
    [{ from: '2026-05', to: '2026-04' }, ['to']],
    [{ from: '2021-01', to: '2026-01' }, ['from']],
    [{ locale: 'fr', format: 'doc', since: 'x' }, ['since', 'locale', 'format']],
  ])('%j is refused', (query, wrong) => expect(fields(query)).toEqual(wrong));
});
