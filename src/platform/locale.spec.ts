import { localeFinder, localeOf } from './locale.js';

it.each([
  ['es-mx', 'es-MX'],
  ['zh-Hans-CN', 'zh-Hans-CN'],
  ['EN', 'en'],
  ['de-DE-1996-u-co-phonebk', 'de-DE'],
  ['', undefined],
  ['x', undefined],
  ['not a locale', undefined],
  ['e'.repeat(36), undefined],
])('%j is %j', (tag, expected) => expect(localeOf(tag)).toBe(expected));

describe('the nearest of the locales there are', () => {
  const nearest = localeFinder(['en', 'es', 'ko', 'tl', 'zh-Hans']);

  it.each([
    ['es-MX', 'es'],
    ['es_419', 'es'],
    ['und-MX', 'es'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-Hans-CN', 'zh-Hans'],
    ['zh-TW', 'zh-Hans'],
    ['zh-HK', 'zh-Hans'],
    ['zh-Hant', 'zh-Hans'],
    ['zh-Hant-TW', 'zh-Hans'],
    ['tl', 'tl'],
    ['tl-PH', 'tl'],
    ['fil', 'tl'],
    ['fil-PH', 'tl'],
    ['ko-Kore-KR', 'ko'],
    ['xx', undefined],
    ['not a locale', undefined],
    ['', undefined],
    ['es-'.repeat(17), undefined],
    ['__proto__', undefined],
  ])('to %j is %j', (tag, expected) => expect(nearest(tag)).toBe(expected));

  it('is in the reader’s own script where there is one', () => {
    const both = localeFinder(['zh-Hans', 'zh-Hant']);
    expect(['zh', 'zh-CN', 'zh-TW', 'zh-HK'].map(both)).toEqual([
      'zh-Hans',
      'zh-Hans',
      'zh-Hant',
      'zh-Hant',
    ]);
  });
});
