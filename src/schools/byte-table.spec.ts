import fc from 'fast-check';
import { ByteTable } from './byte-table.js';

describe('what is known of texts by their bytes', () => {
  it('is what is made of each, and made once as long as there is room', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'B', ' '), maxLength: 50 });
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const made: string[] = [];
        const table = new ByteTable(64, (one) => ({ text: made[made.push(one) - 1] }));
        for (const one of [...texts, ...texts]) {
          const bytes = Buffer.from(`|${one}|`);
          expect(table.get(bytes, 1, bytes.length - 1).text).toBe(one);
        }
        const short = new Set(texts.filter(({ length }) => length <= 40));
        if (short.size <= 21)
          expect(made.filter(({ length }) => length <= 40)).toHaveLength(short.size);
      }),
    );
  });
});
