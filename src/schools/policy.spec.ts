import { spanWords } from './dated-plan.js';
import { policyProblems, tidied, type PolicyText } from './policy.js';

const policy = (change: Partial<PolicyText> = {}): PolicyText => ({
  districtId: '1201470',
  kind: 'JUDICIAL_WARRANT_RULE',
  effectiveFrom: '2024-08-01',
  effectiveUntil: null,
  sourceUrl: 'https://board.example.org/5.30.pdf',
  sourceSha256: 'a'.repeat(64),
  ...change,
});

describe('a policy', () => {
  it.each<[string, Partial<PolicyText>, string[]]>([
    ['as it should be', {}, []],
    ['of one day', { effectiveUntil: '2024-08-01' }, []],
    ['that ends before it begins', { effectiveUntil: '2024-07-31' }, ['effectiveUntil']],
    ['at http', { sourceUrl: 'http://board.example.org/5.30.pdf' }, ['sourceUrl']],
    ['at no address', { sourceUrl: 'board minutes' }, ['sourceUrl']],
    ['in a script', { sourceUrl: 'javascript:alert(1)' }, ['sourceUrl']],
    ['with a password', { sourceUrl: 'https://a:b@board.example.org/' }, ['sourceUrl']],
    ['at home', { sourceUrl: 'https://localhost/5.30.pdf' }, ['sourceUrl']],
    ['at a number', { sourceUrl: 'https://10.0.0.1/5.30.pdf' }, ['sourceUrl']],
    ['at a long address', { sourceUrl: `https://a.example/${'x'.repeat(2_000)}` }, ['sourceUrl']],
    ['of a short digest', { sourceSha256: 'a'.repeat(63) }, ['sourceSha256']],
    ['of another digest', { sourceSha256: 'g'.repeat(64) }, ['sourceSha256']],
  ])('%s', (_, change, wrong) => {
    expect(policyProblems(policy(change)).map(({ field }) => field)).toEqual(wrong);
  });

  it('is tidied before it is compared', () => {
    const written = { sourceUrl: ' HTTPS://Board.Example.org/a b ', sourceSha256: 'AB'.repeat(32) };
    expect(tidied(policy(written))).toMatchObject({
      ...{ sourceUrl: 'https://board.example.org/a%20b', sourceSha256: 'ab'.repeat(32) },
    });
  });

  it('says its days', () => {
    expect(spanWords(policy())).toBe('from 2024-08-01 on');
    expect(spanWords(policy({ effectiveUntil: '2025-07-31' }))).toBe('2024-08-01 to 2025-07-31');
  });
});
