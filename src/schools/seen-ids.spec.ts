import fc from 'fast-check';
import { SeenIds } from './seen-ids.js';

describe('ids that were met', () => {
  it('are known again with their place, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }), (numbers) => {
        const seen = new SeenIds();
        const places = new Map<number, number>();
        numbers.forEach((id, at) => {
          expect(seen.meet(id, at)).toBe(places.get(id));
          if (!places.has(id)) places.set(id, at);
        });
        expect(seen.size).toBe(places.size);
      }),
    );
  });
});
