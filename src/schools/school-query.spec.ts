import type { BadInput } from '../platform/errors.js';
import { checkedQuery, type SchoolQuery } from './school-query.js';

const near = { latitude: 28.3, longitude: -81.4 };
const fields = (query: SchoolQuery) => {
  try {
    checkedQuery(query);
  } catch (error) {
    return (error as BadInput).fields.map(({ field }) => field);
  }
  return [];
};

it('tidies what it takes', () => {
  expect(checkedQuery({ search: ' oak ', near, state: 'fl' })).toEqual({
    search: 'oak',
    near: { ...near, withinMeters: 50_000 },
    districtId: null,
    state: 'FL',
  });
});

it.each([
  [{ search: ' ' }, ['search']],
  [{ search: 'x'.repeat(101) }, ['search']],
  [{ withinMeters: 5 }, ['withinMeters']],
  [{ near, withinMeters: 0 }, ['withinMeters']],
  [{ near, withinMeters: 100_000 }, []],
  [{ districtId: '123', state: 'Florida' }, ['districtId', 'state']],
])('%j → %j', (query, expected) => expect(fields(query)).toEqual(expected));
