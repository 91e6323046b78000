import { conditionsOf, type ReadyFilter } from './filter-sql.js';

const ready = (filter: Partial<ReadyFilter>): ReadyFilter => ({ noteTokens: null, ...filter });

it('asks for what is real unless something else is asked for', () => {
  expect(conditionsOf(ready({}))).toEqual({ where: 'NOT review.drill', values: [] });
  expect(conditionsOf(ready({ drills: true })).where).toBe('review.drill');
  expect(conditionsOf(ready({ synthetic: false })).where).toContain('NOT review.synthetic');
});

it('goes on after parameters that are there, and puts no value into the text', () => {
  const { where, values } = conditionsOf(
    ready({ agencies: ['ICE'], districtIds: ['1201470', '1201470'], noteTokens: ['abc', 'de-_'] }),
    { values: ['x'], counted: true },
  );
  expect(where).toBe(
    `NOT review.drill AND review.state <> 'MERGED' AND review.district_id = $2` +
      ' AND review.codes && $3::text[] AND review.notes @@ $4::tsquery',
  );
  expect(values).toEqual(['x', '1201470', ['agency:ICE'], `'abc' & 'de-_'`]);
});
