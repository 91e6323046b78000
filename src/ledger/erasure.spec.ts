import fc from 'fast-check';
import { erasedEntries, rangesOf } from './erasure.js';

const told = (facts: unknown) => [...erasedEntries(Buffer.from(JSON.stringify({ facts })))];

describe('which entries were erased', () => {
  it('is told in ranges and read back', () => {
    const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(sequences, (all) => {
        const entries = rangesOf(all);
        const inOrder = all.toSorted((one, other) => one - other);
        expect(told({ entries })).toEqual(inOrder);
      }),
    );
    expect(rangesOf([5, 1, 2, 3, 9])).toEqual([
      [1, 3],
      [5, 5],
      [9, 9],
    ]);
  });

  it('is nothing where it is told in another form', () => {
    for (const facts of [undefined, null, {}, { entries: 3 }, { entries: [3, null, ['1', 2]] }])
      expect(told(facts)).toEqual([]);
    expect([...erasedEntries(Buffer.from('no JSON'))]).toEqual([]);
    expect(told({ entries: [[1, 1e15]] }).length).toBeLessThan(200_000);
  });
});
