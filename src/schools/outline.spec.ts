import { readFileSync } from 'node:fs';
import { outlinesOf, simplified, type Position } from './outline.js';

const SQUARE: Position[] = [
  ...([
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0],
  ] as Position[]),
];
const feature = (change: object = {}) => ({
  ...{ type: 'Feature', properties: { LEAID: '1201470' } },
  ...{ geometry: { type: 'Polygon', coordinates: [SQUARE] }, ...change },
});
const read = (...features: unknown[]) => outlinesOf({ type: 'FeatureCollection', features })!;

describe('district outlines', () => {
  it('come from the shipped file of the Census Bureau', () => {
    const file = readFileSync('data/districts/outlines_FL.geojson', 'utf8');
    const { outlines, problems } = outlinesOf(JSON.parse(file))!;
    expect(problems).toEqual([]);
    expect(outlines.map(({ districtId }) => districtId).sort()).toEqual(['1201440', '1201470']);
    for (const { outline } of outlines) expect(outline.flat(2).length).toBeGreaterThan(50);
  });

  it('are named by LEAID or GEOID, of one part or many', () => {
    const many = { type: 'MultiPolygon', coordinates: [[SQUARE], [SQUARE]] };
    const { outlines } = read(
      feature(),
      feature({ properties: { GEOID: '1201440' }, geometry: many }),
    );
    expect(outlines.map(({ outline }) => outline.length)).toEqual([1, 2]);
    expect(outlines[0]!.outline).toEqual([[SQUARE]]);
  });

  it.each([
    [{ properties: null }, /LEAID/],
    [{ properties: { LEAID: 1201470 } }, /LEAID/],
    [{ geometry: null }, /Polygon/],
    [{ geometry: { type: 'Point', coordinates: [0, 0] } }, /Polygon/],
    [{ geometry: { type: 'Polygon', coordinates: [SQUARE.slice(1)] } }, /Polygon/],
    [{ geometry: { type: 'Polygon', coordinates: [[[0, 91], ...SQUARE]] } }, /Polygon/],
    [{ geometry: { type: 'Polygon', coordinates: [['x', 'y']] } }, /Polygon/],
  ])('are refused by feature: %j', (change, message) => {
    const { outlines, problems } = read(feature(change), null);
    expect(outlines).toEqual([]);
    expect(problems.map((problem) => problem.feature)).toEqual([1, 2]);
    expect(problems[0]!.message).toMatch(message);
  });

  it('are there once each', () => {
    expect(read(feature(), feature()).problems).toEqual([
      { feature: 2, message: '1201470 is there twice' },
    ]);
  });

  it.each([[null], [[]], [{ type: 'Feature' }], [{ type: 'FeatureCollection' }]])(
    'are in a collection, not %j',
    (json) => expect(outlinesOf(json)).toBeUndefined(),
  );

  it('lose corners that no page shows, and no others', () => {
    const line: Position[] = [
      [0, 0],
      [0.5, 0.0001],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    expect(simplified(line)).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ]);
  });
});
