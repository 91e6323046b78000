import { COUNTED_AT_MOST, FACET_NAMES, VALUES_AT_MOST, facetsOf } from './facets.js';

const of = (value: string, incidents: number) => ({ facet: 'AGENCY' as const, value, incidents });
const agencies = (rows: ReturnType<typeof of>[], found = 10) =>
  facetsOf(rows, found).facets.find(({ facet }) => facet === 'AGENCY')!.values;

it('has every facet, and the most frequent values first', () => {
  expect(facetsOf([], 0).facets.map(({ facet }) => facet)).toEqual(FACET_NAMES);
  expect(agencies([of('CBP', 2), of('ICE', 5), of('ICE_ERO', 5)])).toEqual([
    { value: 'ICE', incidents: 5 },
    { value: 'ICE_ERO', incidents: 5 },
    { value: 'CBP', incidents: 2 },
  ]);
});

it('keeps so many values and says whether all incidents were counted', () => {
  const many = Array.from({ length: VALUES_AT_MOST + 5 }, (_, at) => of(`A${at}`, at + 1));
  expect(agencies(many)).toHaveLength(VALUES_AT_MOST);
  expect(facetsOf([], COUNTED_AT_MOST)).toMatchObject({ counted: 1_000, complete: true });
  expect(facetsOf([], COUNTED_AT_MOST + 1)).toMatchObject({ counted: 1_000, complete: false });
});
