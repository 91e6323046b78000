import { BadInput } from '../../platform/errors.js';
import { isAbout, queryText, readFeedQuery } from './feed-query.js';

const refused = (query: Record<string, unknown>) => {
  try {
    readFeedQuery(query);
    return [];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.fields;
  }
};

it('reads one value, several in one, and several of one name', () => {
  expect(readFeedQuery({})).toEqual({
    filter: { state: [], district: [], school: [] },
    locale: 'en',
  });
  const { filter, locale } = readFeedQuery({
    state: 'fl, ga',
    district: ['1201440', '1201470,1201440'],
    school: '120144001234',
    locale: 'es-MX',
  });
  expect(filter).toEqual({
    state: ['FL', 'GA'],
    district: ['1201440', '1201470'],
    school: ['120144001234'],
  });
  expect(locale).toBe('es');
});

it('writes a query in one way only', () => {
  const one = readFeedQuery({ district: '1201470,1201440', state: 'fl', locale: 'es' });
  const other = readFeedQuery({
    locale: 'es',
    state: ['FL', 'FL'],
    district: ['1201440', '1201470'],
  });
  expect(queryText(one)).toBe('?state=FL&district=1201440,1201470&locale=es');
  expect(queryText(other)).toBe(queryText(one));
  expect(queryText(readFeedQuery({ locale: 'en' }))).toBe('');
});

test.each([
  [{ state: 'F' }, 'state', /two-letter/],
  [{ state: 'FL,' }, 'state', /two-letter/],
  [{ district: '01201440' }, 'district', /7 digits/],
  [{ school: '12014400123' }, 'school', /12 digits/],
  [{ school: Array(51).fill('120144001234') }, 'school', /at most 50/],
  [{ locale: 'not a tag' }, 'locale', /language tag/],
  [{ locale: '' }, 'locale', /language tag/],
  [{ stat: 'FL' }, 'stat', /state, district, school, locale/],
])('refuses %j', (query, field, rule) => {
  expect(refused(query)).toEqual([{ field, message: expect.stringMatching(rule) }]);
});

it('names everything that is wrong at once', () => {
  expect(refused({ state: 'x', district: 'y', z: '' }).map(({ field }) => field)).toEqual([
    'z',
    'state',
    'district',
  ]);
});

it('takes a message that every filter allows, by any of its values', () => {
  const message = { state: 'FL', districtId: '1201440', schoolId: '120144001234' };
  const about = (query: Record<string, string>) => isAbout(readFeedQuery(query).filter, message);
  expect(about({})).toBe(true);
  expect(about({ state: 'GA,FL' })).toBe(true);
  expect(about({ state: 'GA' })).toBe(false);
  expect(about({ state: 'FL', district: '1201470' })).toBe(false);
  expect(about({ school: '120144005678' })).toBe(false);
  expect(about({ district: '1201470,1201440', school: '120144001234' })).toBe(true);
});
