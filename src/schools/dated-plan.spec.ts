import fc from 'fast-check';
import { planOf as datedPlan, type DatedLine } from './dated-plan.js';
import { POLICY_SERIES } from './policy-import.js';
import type { Policy, PolicyText } from './policy.js';

const policy = (from: string, until: string | null, change: Partial<PolicyText> = {}) => ({
  ...{ districtId: '1201470', kind: 'JUDICIAL_WARRANT_RULE' as const },
  ...{ effectiveFrom: from, effectiveUntil: until },
  ...{ sourceUrl: 'https://board.example.org/', sourceSha256: 'a'.repeat(64), ...change },
});
const lines = (...policies: PolicyText[]): DatedLine<PolicyText>[] =>
  policies.map((one, index) => ({ line: index + 2, text: one }));
const stands = (text: PolicyText, id = 'known'): Policy => ({ ...text, id, version: 1 });
const planOf = (told: DatedLine<PolicyText>[], standing: Policy[]) =>
  datedPlan(told, standing, POLICY_SERIES);
const wrong = (found: ReturnType<typeof planOf>) =>
  'problems' in found ? found.problems.map(({ line, message }) => `${line}: ${message}`) : [];

describe('a plan', () => {
  it('adds what is new, corrects what differs, leaves what is the same', () => {
    const [kept, ended, fresh] = [
      policy('2020-01-01', '2020-12-31'),
      policy('2021-01-01', '2021-12-31'),
      policy('2022-01-01', null),
    ];
    const before = stands(policy('2021-01-01', null), 'open');
    const found = planOf(lines(kept, ended, fresh), [stands(kept), before]);
    expect(found).toEqual({
      plan: { added: [fresh], amended: [{ before, text: ended }], unchanged: 1 },
    });
  });

  it('leaves what is not in the file', () => {
    const other = stands(policy('2020-01-01', null, { kind: 'AGREEMENT_287G' }));
    const found = planOf(lines(policy('2020-01-01', null)), [other]);
    expect(found).toMatchObject({ plan: { amended: [], unchanged: 0 } });
  });

  it('refuses a policy that is there twice', () => {
    const found = planOf(lines(policy('2020-01-01', null), policy('2020-01-01', '2020-02-01')), []);
    expect(wrong(found)).toEqual([expect.stringMatching(/^3: the same policy is on line 2/)]);
  });

  it('refuses rows that overlap one another, or what stands', () => {
    const rows = lines(policy('2020-01-01', null), policy('2021-01-01', '2021-12-31'));
    expect(wrong(planOf(rows, []))).toEqual([
      expect.stringMatching(
        /^3: 2021-01-01 to 2021-12-31 overlaps the one on line 2 from 2020-01-01 on/,
      ),
    ]);
    const standing = [stands(policy('2020-06-01', null))];
    expect(wrong(planOf(lines(policy('2020-01-01', '2020-06-01')), standing))).toEqual([
      expect.stringMatching(/^2: .* overlaps policy known, which stands from 2020-06-01 on: give/),
    ]);
    expect(wrong(planOf(lines(policy('2020-01-01', '2020-05-31')), standing))).toEqual([]);
  });

  it('finds an overlap with one long before, too', () => {
    const rows = lines(
      policy('2020-01-01', '2025-12-31'),
      policy('2020-02-01', '2020-02-29'),
      policy('2024-01-01', null),
    );
    expect(wrong(planOf(rows, [])).map((text) => text.slice(0, 2))).toEqual(['3:', '4:']);
  });

  it('is made exactly when nothing that would stand overlaps', () => {
    const day = (n: number) => `2024-01-${String(n).padStart(2, '0')}`;
    const span = fc.record({ from: fc.integer({ min: 1, max: 28 }), length: fc.option(fc.nat(4)) });
    const spans = fc.uniqueArray(span, { maxLength: 6, selector: ({ from }) => from });
    const policies = spans.map((all) =>
      all.map(({ from, length }) =>
        policy(day(from), length === null ? null : day(Math.min(31, from + length))),
      ),
    );
    const holds = ({ effectiveFrom: from, effectiveUntil: until }: PolicyText, on: string) =>
      from <= on && (until === null || on <= until);
    const days = Array.from({ length: 31 }, (_, n) => day(n + 1));
    const clean = (all: PolicyText[]) =>
      days.every((on) => all.filter((one) => holds(one, on)).length <= 1);
    fc.assert(
      fc.property(policies, policies, (told, standing) => {
        fc.pre(clean(standing));
        const kept = standing.filter(
          (one) => !told.some((other) => other.effectiveFrom === one.effectiveFrom),
        );
        const found = planOf(
          lines(...told),
          standing.map((one, n) => stands(one, String(n))),
        );
        return 'plan' in found === clean([...told, ...kept]);
      }),
      { numRuns: 1_000 },
    );
  });
});
