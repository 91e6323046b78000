import { cellToParent } from 'h3-js';
import { cellAt } from '../../geo/h3.js';
import { cellNumber, cellSpan } from './cells.js';
import { FINEST_CELL } from './incident-filter.js';

const PLACES = [
  { latitude: 28.2919, longitude: -81.4076 },
  { latitude: 61.2, longitude: -149.9 },
  { latitude: -14.3, longitude: -170.7 },
  // In one of H3’s pentagons.
  { latitude: 58.4, longitude: -4.9 },
];

it('a place is within the span of each of its cells, and of no neighbour’s', () => {
  for (const place of PLACES) {
    const number = BigInt(cellNumber(place));
    const finest = cellAt(place, FINEST_CELL);
    for (let resolution = 0; resolution <= FINEST_CELL; resolution++) {
      const [first, last] = cellSpan(cellToParent(finest, resolution)).map(BigInt);
      expect(first! <= number && number <= last!).toBe(true);
      const elsewhere = PLACES.find((one) => one !== place)!;
      const [from, to] = cellSpan(cellAt(elsewhere, resolution)).map(BigInt);
      expect(from! <= number && number <= to!).toBe(false);
    }
  }
});

it('fits into a bigint of PostgreSQL', () => {
  for (const place of PLACES) expect(BigInt(cellNumber(place)) < 2n ** 63n).toBe(true);
});
