import { detectPolicyLayout, parsePolicy, type PolicyLayout } from './policy-row.js';

const HEADER = 'LEAID,KIND,EFFECTIVE_FROM,EFFECTIVE_UNTIL,SOURCE_URL,SOURCE_SHA256';
const SHA = 'a'.repeat(64);
const URL = 'https://board.example.org/5.30.pdf';
const GOOD = ['1201470', 'WELCOMING_RESOLUTION', '2024-08-01', '', URL, SHA];
const districts = new Set(['1201470']);
const layoutOf = (header: string) => detectPolicyLayout(new TextEncoder().encode(`${header}\n`));
const { layout } = layoutOf(HEADER) as { layout: PolicyLayout };
const wrong = (cells: string[]) => {
  const parsed = parsePolicy(cells, layout, districts);
  return 'problems' in parsed ? parsed.problems : [];
};

describe('a file of policies', () => {
  it('is known by its header, in any order and case, with whatever else', () => {
    const found = layoutOf(
      '\ufeffNotes,source_sha256,KIND,"LEAID",EFFECTIVE_UNTIL,EFFECTIVE_FROM,SOURCE_URL',
    );
    expect(found).toEqual({
      layout: {
        width: 7,
        at: {
          ...{ districtId: 3, kind: 2, effectiveFrom: 5, effectiveUntil: 4 },
          ...{ sourceUrl: 6, sourceSha256: 1 },
        },
      },
    });
  });

  it.each([
    ['a column missing', HEADER.replace('EFFECTIVE_UNTIL', 'UNTIL'), /Missing: EFFECTIVE_UNTIL\./],
    ['a column twice', `${HEADER},KIND`, /More than once: KIND\./],
    ['another table', 'LEAID,NAME,STATE', /Missing: KIND, EFFECTIVE_FROM/],
    ['bytes', 'LEAID\0', /binary, not text. A file of policies/],
    ['a spreadsheet', 'PK\u0003\u0004', /spreadsheet/],
  ])('is refused with %s', (_, header, problem) => {
    expect(layoutOf(header)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('a row', () => {
  it('is read and tidied', () => {
    const cells = [
      ' 1201470 ',
      'welcoming_resolution',
      '2024-08-01',
      '2025-07-31',
      URL,
      SHA.toUpperCase(),
    ];
    expect(parsePolicy(cells, layout, districts)).toEqual({
      text: {
        ...{ districtId: '1201470', kind: 'WELCOMING_RESOLUTION', effectiveFrom: '2024-08-01' },
        ...{ effectiveUntil: '2025-07-31', sourceUrl: URL, sourceSha256: SHA },
      },
    });
    expect(parsePolicy(GOOD, layout, districts)).toMatchObject({
      text: { effectiveUntil: null },
    });
  });

  it.each<[string, number, string, string, RegExp]>([
    ['an id of six digits', 0, '201470', 'LEAID', /dropped a leading zero.*leading zero, as text/],
    ['no id', 0, '', 'LEAID', /blank/],
    ['an unknown district', 0, '1299999', 'LEAID', /import its schools first/],
    ['an unknown kind', 1, 'SANCTUARY', 'KIND', /none of WELCOMING_RESOLUTION, /],
    ['an American day', 2, '8/1/2024', 'EFFECTIVE_FROM', /written as 2026-09-30/],
    ['a day that is none', 2, '2024-02-30', 'EFFECTIVE_FROM', /not a day of the calendar/],
    ['no first day', 2, '', 'EFFECTIVE_FROM', /blank/],
    ['a last day that is a word', 3, 'present', 'EFFECTIVE_UNTIL', /written as/],
    [
      'a last day before the first',
      3,
      '2024-07-31',
      'EFFECTIVE_UNTIL',
      /is before the first day, 2024-08-01/,
    ],
    ['an address that is none', 4, 'www.example.org', 'SOURCE_URL', /public https address/],
    ['half a digest', 5, 'a'.repeat(32), 'SOURCE_SHA256', /64 hexadecimal digits/],
  ])(
    'with %s is refused, naming the column and what would be right',
    (_, at, cell, column, says) => {
      expect(wrong(GOOD.with(at, cell))).toEqual([
        { column, message: expect.stringMatching(says) },
      ]);
    },
  );

  it('names everything that is wrong with it', () => {
    const columns = wrong(['x', 'x', 'x', 'x', 'x', 'x']).map(({ column }) => column);
    expect(columns.toSorted()).toEqual(HEADER.split(',').toSorted());
  });

  it('of too few or too many cells is no row', () => {
    expect(wrong(GOOD.slice(1))).toEqual([
      { column: 'row', message: expect.stringMatching(/5 columns instead of 6: put/) },
    ]);
    expect(wrong([...GOOD, ''])).toHaveLength(1);
  });
});
