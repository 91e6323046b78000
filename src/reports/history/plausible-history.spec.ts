import { detailProblems } from '../../incidents/advocacy/detail-rules.js';
import { TABLE } from '../../incidents/incident-lifecycle.js';
import { Dice, weighted } from './dice.js';
import { PlausibleHistory } from './plausible-history.js';
import { dayNumber, dayText, isSchoolDay, momentAt } from './school-year.js';

const NOW = new Date('2026-11-20T00:00:00Z');
const school = (id: string, districtId: string, enrollment: number) => ({
  ...{ id, districtId, enrollment, latitude: 28.3, longitude: -81.4, zone: 'America/New_York' },
});
const SCHOOLS = [school('1', 'A', 100), school('2', 'A', 300), school('3', 'B', 2_000)];
const OPTIONS = { incidents: 3_000, years: 2, seed: 3, until: '2026-11-18' };
const history = (change = {}) => new PlausibleHistory(SCHOOLS, [], { ...OPTIONS, ...change });
const incidents = [...history().incidents(NOW)];

it('is the same for the same seed', () => {
  expect([...history().incidents(NOW)]).toEqual(incidents);
  expect([...history({ seed: 4 }).incidents(NOW)][0]!.id).not.toBe(incidents[0]!.id);
  expect(incidents).toHaveLength(OPTIONS.incidents);
  expect(new Set(incidents.map(({ id }) => id)).size).toBe(OPTIONS.incidents);
});

it('has no details that the service would refuse', () => {
  const recorded = incidents.flatMap(({ recorded, reports }) =>
    recorded ? [{ ...recorded, first: reports[0]!.observedAt }] : [],
  );
  expect(recorded.length).toBeGreaterThan(200);
  for (const { details, at, first } of recorded)
    expect(detailProblems({}, details, { now: at, firstObservedAt: first })).toEqual([]);
});

it('takes only steps that there are, each later than the one before, by no author', () => {
  for (const { steps, reports, state, verified } of incidents) {
    expect(steps.at(-1)!.to).toBe(state);
    for (const [index, { from, to, entry, at }] of steps.entries()) {
      const possible = Object.values(TABLE[from]).map((step) => `${step.entry} ${step.to}`);
      expect(possible).toContain(`${entry} ${to}`);
      expect(at.getTime()).toBeGreaterThanOrEqual(
        (steps[index - 1]?.at ?? reports[0]!.filedAt).getTime(),
      );
      expect(at <= NOW).toBe(true);
    }
    expect(reports.map(({ authorId }) => authorId)).not.toContain(verified?.by);
    expect(new Set(reports.map(({ authorId }) => authorId)).size).toBe(reports.length);
  }
});

it('has more where more students are', () => {
  const at = (id: string) => incidents.filter(({ school: { id: of } }) => of === id).length;
  expect(at('3')).toBeGreaterThan(3 * at('2'));
  expect(at('2')).toBeGreaterThan(at('1'));
});

it('knows days without school, and the clock at a school', () => {
  expect(
    ['2026-11-18', '2026-11-21', '2026-11-26', '2026-07-01'].map(dayNumber).map(isSchoolDay),
  ).toEqual([true, false, false, false]);
  expect(dayText(dayNumber('2024-02-29'))).toBe('2024-02-29');
  const at = (day: string, minute: number) =>
    momentAt('America/New_York', dayNumber(day), minute).toISOString();
  expect(at('2026-01-15', 480)).toBe('2026-01-15T13:00:00.000Z');
  expect(at('2026-07-15', 480)).toBe('2026-07-15T12:00:00.000Z');
  // The clock is set back that night.
  expect(at('2026-11-01', 480)).toBe('2026-11-01T13:00:00.000Z');
  expect(at('2026-03-08', 480)).toBe('2026-03-08T12:00:00.000Z');
});

it('draws as often as the weights say', () => {
  const dice = new Dice(1);
  const draw = weighted(['a', 'b', 'c'], (one) => ({ a: 1, b: 0, c: 3 })[one]!);
  const drawn = Array.from({ length: 4_000 }, () => draw(dice));
  const of = (one: string) => drawn.filter((other) => other === one).length / drawn.length;
  expect(of('a')).toBeCloseTo(0.25, 1);
  expect(of('b')).toBe(0);
  expect(new Dice(1).uuid()).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
