import { cellAt } from '../geo/h3.js';
import { audienceRings, roundedCount } from './audience.js';

const place = { latitude: 28.2919, longitude: -81.4076 };
const schools = [
  { id: '120147001546', districtId: '1201470' },
  { id: '120147001547', districtId: '1201470' },
];

describe('audienceRings', () => {
  const rings = Object.values(audienceRings(place, schools)).map((keys) => keys());
  const keys = rings.flat();

  it('tell followers of the school first, then of the district, then of cells', () => {
    expect(rings.map((ring) => new Set(ring.map((key) => key.split(':')[0])))).toEqual([
      new Set(['school']),
      new Set(['district']),
      new Set(['cell']),
    ]);
  });

  it('names each school, each district once, and the cells that reach the place', () => {
    expect(keys).toEqual(expect.arrayContaining(['school:120147001546', 'school:120147001547']));
    expect(keys.filter((key) => key.startsWith('district:'))).toEqual(['district:1201470']);
    for (const km of [2, 5, 10]) expect(keys).toContain(`cell:${cellAt(place, 7)}:${km}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('stays a few hundred keys, as one index lookup wants', () => {
    expect(keys.length).toBeLessThan(500);
  });
});

it('rounds head counts', () => {
  expect([0, 1, 9, 10, 14, 15, 1_234].map(roundedCount)).toEqual([0, 10, 10, 10, 10, 20, 1_230]);
});
