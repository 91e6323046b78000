import { exportRow } from '../exports/export-row.fixture.js';
import type { ExportRow } from '../exports/export-row.js';
import { BriefCount } from './brief-figures.js';

const period = { from: '2026-02-01', to: '2026-03-31', months: ['2026-02', '2026-03'] };
const figures = (...rows: Partial<ExportRow>[]) => {
  const count = new BriefCount(period);
  for (const row of rows) count.add(exportRow(row));
  return count.figures;
};
const said = (value: string, certainty: 'ALLEGED' | 'CONFIRMED' = 'ALLEGED') => ({
  ...{ value, certainty, source: 'WITNESS' as const },
});
const times = (count: number, row: (index: number) => Partial<ExportRow>) =>
  Array.from({ length: count }, (_, index) => row(index));

describe('the figures of a brief', () => {
  it('count what was confirmed, on the days of the period', () => {
    const all = figures(
      ...[{}, { day: '2026-02-01' }, { day: '2026-03-31' }, { outcome: 'RECORDED' as const }],
      ...[{ day: '2026-01-31' }, { day: '2026-04-01' }, { outcome: 'RETRACTED' as const }],
      ...(['UNVERIFIED', 'UNFOUNDED', 'DUPLICATE', 'UNABLE_TO_VERIFY', 'MERGED'] as const).map(
        (outcome) => ({ outcome }),
      ),
    );
    expect(all).toMatchObject({ incidents: 4, retracted: 1, recorded: 0, synthetic: false });
    expect(all.months).toEqual([
      { key: '2026-02', incidents: 1 },
      { key: '2026-03', incidents: 3 },
    ]);
  });

  it('are made up, when any of them is', () => {
    expect(figures({}, { synthetic: true }).synthetic).toBe(true);
  });

  it('say what and where, the most first', () => {
    const { activities, agencies, schools, cells } = figures(
      ...[{ activity: 'ARREST' as const, schoolId: 'b', schoolName: 'B' }, {}, {}],
      { details: { agencyConfirmed: said('ICE_ERO', 'CONFIRMED') }, latitude: 28.5 },
    );
    expect(activities).toEqual([
      { key: 'VEHICLE_STOP', incidents: 3 },
      { key: 'ARREST', incidents: 1 },
    ]);
    expect(agencies[1]).toEqual({ key: 'ICE_ERO', incidents: 1 });
    expect(schools[1]).toEqual({ key: 'b', incidents: 1, name: 'B' });
    expect(cells.map(({ incidents }) => incidents)).toEqual([3, 1]);
    expect(cells[0]!.key).toMatch(/^87/);
  });

  it('say how long verification took of eleven or more, recorded ones left out', () => {
    const after = (minutes: number): Partial<ExportRow> => ({
      verifiedAt: new Date(exportRow().openedAt.getTime() + minutes * 60_000),
    });
    const few = figures(...times(10, after), { outcome: 'RECORDED' });
    expect(few.verification).toEqual({
      ...{ incidents: 10, median: null, ninetieth: null, buckets: null },
    });
    const { verification } = figures(...times(11, (index) => after(index + 0.5)), after(500));
    expect(verification).toMatchObject({ incidents: 12, median: 6, ninetieth: 10.4 });
    expect(verification.buckets).toEqual([1, 1, 3, 5, 1, 0, 0, 0, 0, 1]);
  });

  it('count people in bands, and incidents with them only from eleven on, to fives', () => {
    const detained = { anybodyDetained: said('YES'), studentsAffected: said('FROM_1_TO_10') };
    expect(figures(...times(10, () => ({ details: detained }))).people).toEqual({
      ...{ studentsAffected: null, largestBand: 'FROM_1_TO_10', detained: null },
    });
    const many = figures(...times(13, () => ({ details: detained })), {
      details: { studentsAffected: said('FROM_51'), anybodyDetained: said('NO') },
    });
    expect(many.people).toEqual({ studentsAffected: 15, largestBand: 'FROM_51', detained: 15 });
    expect(figures({}).people.largestBand).toBeNull();
    expect(figures({ details: { studentsAffected: said('NONE') } }).people).toMatchObject({
      ...{ studentsAffected: null, largestBand: 'NONE' },
    });
  });

  it('count departures by rule and certainty', () => {
    const departures = [{ rule: 'POLICE_ASSISTED' as const, certainty: 'ALLEGED' as const }];
    const both = [
      { rule: 'FAMILIES_NOT_TOLD' as const, certainty: 'CONFIRMED' as const },
      ...departures,
    ];
    const all = figures({ departures }, { departures: both }, {});
    expect(all.departed).toBe(2);
    expect(all.departures).toEqual([
      {
        ...{ rule: 'POLICE_ASSISTED', policy: 'WELCOMING_RESOLUTION', incidents: 2 },
        certainties: { CONFIRMED: 0, ALLEGED: 2, DISPUTED: 0 },
      },
      {
        ...{ rule: 'FAMILIES_NOT_TOLD', policy: 'FAMILY_NOTIFICATION_RULE', incidents: 1 },
        certainties: { CONFIRMED: 1, ALLEGED: 0, DISPUTED: 0 },
      },
    ]);
  });
});
