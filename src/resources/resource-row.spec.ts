import { RESOURCE_COLUMNS, detectResourceLayout, parseResource } from './resource-row.js';
import type { ResourceLayout } from './resource-row.js';

const HEADER = Object.values(RESOURCE_COLUMNS).join(',');
const found = detectResourceLayout(new TextEncoder().encode(`${HEADER}\n`));
const { layout } = found as { layout: ResourceLayout };
const GOOD: Record<keyof typeof RESOURCE_COLUMNS, string> = {
  ...{ topic: 'at-the-door', audience: 'families', locale: 'es', state: '', districtId: '1201470' },
  ...{ rank: '10', title: 'En la puerta', body: 'No tiene que abrir.', url: '' },
  ...{ publisher: 'Clinic', sourceUrl: 'https://www.example.org/', sourceDate: '2026-09-01' },
  ...{ sourceSha256: 'A'.repeat(64), counselReviewed: 'TRUE', effectiveFrom: '2026-09-01' },
  effectiveUntil: '',
};
const parse = (change: Partial<typeof GOOD> = {}) =>
  parseResource(Object.values({ ...GOOD, ...change }), layout, new Set(['1201470']));

it('reads a row and tidies it', () => {
  expect(parse()).toEqual({
    text: {
      ...{ topic: 'at-the-door', audience: 'FAMILIES', locale: 'es', state: null },
      ...{ districtId: '1201470', rank: 10, title: 'En la puerta', body: 'No tiene que abrir.' },
      ...{ url: null, publisher: 'Clinic', sourceUrl: 'https://www.example.org/' },
      ...{ sourceDate: '2026-09-01', sourceSha256: 'a'.repeat(64), counselReviewed: true },
      ...{ effectiveFrom: '2026-09-01', effectiveUntil: null },
    },
  });
});

it.each<[Partial<typeof GOOD>, string, RegExp]>([
  [{ topic: 'a b' }, 'TOPIC', /small letters/],
  [{ audience: 'parents' }, 'AUDIENCE', /none of FAMILIES, /],
  [{ locale: 'spanish' }, 'LOCALE', /BCP 47/],
  [{ state: 'ZZ', districtId: '' }, 'STATE', /postal code/],
  [{ districtId: '201470' }, 'LEAID', /leading zero/],
  [{ districtId: '9999999' }, 'LEAID', /no district/],
  [{ rank: '' }, 'RANK', /1 to 99/],
  [{ rank: 'first' }, 'RANK', /1 to 99/],
  [{ title: '' }, 'TITLE', /blank/],
  [{ body: '' }, 'BODY', /where there is no url/],
  [{ url: 'https://bit.ly/x' }, 'URL', /short link/],
  [{ publisher: '' }, 'PUBLISHER', /blank/],
  [{ sourceUrl: 'www.example.org' }, 'SOURCE_URL', /https/],
  [{ sourceDate: '9/1/2026' }, 'SOURCE_DATE', /written as 2026-09-30/],
  [{ sourceSha256: 'x' }, 'SOURCE_SHA256', /64 hexadecimal/],
  [{ counselReviewed: 'maybe' }, 'COUNSEL_REVIEWED', /true or false/],
  [{ effectiveFrom: '' }, 'EFFECTIVE_FROM', /blank/],
  [{ effectiveUntil: 'never' }, 'EFFECTIVE_UNTIL', /written as/],
  [{ effectiveUntil: '2026-08-31' }, 'EFFECTIVE_UNTIL', /before the first day/],
])('refuses %j, naming the column and what would be right', (change, column, says) => {
  expect(parse(change)).toEqual({ problems: [{ column, message: expect.stringMatching(says) }] });
});

it('knows a file by its header', () => {
  expect(detectResourceLayout(new TextEncoder().encode('TOPIC,LOCALE\n'))).toEqual({
    problem: expect.stringMatching(/A file of resources is a CSV.*Missing: AUDIENCE, STATE/),
  });
  expect(parseResource(['x'], layout, new Set())).toMatchObject({ problems: [{ column: 'row' }] });
});
