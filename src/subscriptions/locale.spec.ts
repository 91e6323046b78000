import { localeOf } from './locale.js';

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
