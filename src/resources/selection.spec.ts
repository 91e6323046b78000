import fc from 'fast-check';
import { resourceOf } from './resource.fixture.js';
import { selected } from './selection.js';

const national = (locale: string) => resourceOf({ locale, title: `US ${locale}` });
const state = (locale: string) => resourceOf({ locale, state: 'FL', title: `FL ${locale}` });
const district = (locale: string) =>
  resourceOf({ locale, districtId: '1201470', title: `1201470 ${locale}` });
const titles = (found: Parameters<typeof selected>[0], ...locales: string[]) =>
  selected(found, locales).map(({ title }) => title);

describe('what a reader is shown', () => {
  it.each<[string, Parameters<typeof selected>[0], string, string[]]>([
    ['in their language', [national('en'), national('es')], 'es-MX', ['US es']],
    ['in English where theirs is not there', [national('en'), national('es')], 'so', ['US en']],
    ['nothing that they cannot read', [national('es')], 'so', []],
    [
      'the district’s before the state’s',
      [national('en'), state('en'), district('en')],
      'en',
      ['1201470 en'],
    ],
    ['the state’s before the national', [state('en'), national('en')], 'en', ['FL en']],
    ['what they understand before what is near', [state('en'), national('es')], 'es', ['US es']],
    ['the near one in English before the far', [national('en'), state('en')], 'ko', ['FL en']],
    ['nothing for no language', [national('es')], 'not a tag', []],
  ])('is %s', (_, found, locale, shown) => expect(titles(found, locale)).toEqual(shown));

  it('is in the first language of theirs that there is, topic by topic', () => {
    const found = [
      national('en'),
      national('es'),
      resourceOf({ topic: 'b', title: 'b', rank: 20 }),
    ];
    expect(titles(found, 'hmn', 'es-MX', 'en')).toEqual(['US es', 'b']);
    expect(titles(found)).toEqual(['US en', 'b']);
  });

  it('is of each topic one, by rank', () => {
    const found = [
      resourceOf({ topic: 'b', rank: 20, title: 'third' }),
      resourceOf({ topic: 'c', rank: 10, title: 'second' }),
      resourceOf({ topic: 'a', rank: 10, title: 'first' }),
    ];
    expect(titles(found, 'en')).toEqual(['first', 'second', 'third']);
  });

  it('never depends on the order of what was found', () => {
    const all = ['en', 'es', 'ar'].flatMap((tag) => [national(tag), state(tag), district(tag)]);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all),
        fc.constantFrom('en', 'es', 'ar', 'so'),
        (found, locale) => {
          const sorted = all.filter((one) => found.includes(one));
          expect(titles(found, locale)).toEqual(titles(sorted, locale));
        },
      ),
    );
  });
});
