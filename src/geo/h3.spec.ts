import { cellToParent, gridDisk } from 'h3-js';
import fc from 'fast-check';
import { cellAt, cellsWithin, followedCellsReaching, isCoarseCell } from './h3.js';

const kissimmee = { latitude: 28.2919, longitude: -81.4076 };

describe('isCoarseCell', () => {
  it('takes resolution 7 and coarser, and nothing else', () => {
    for (let resolution = 0; resolution <= 7; resolution++)
      expect(isCoarseCell(cellAt(kissimmee, resolution))).toBe(true);
    expect(isCoarseCell(cellAt(kissimmee, 8))).toBe(false);
    expect(isCoarseCell(cellAt(kissimmee, 15))).toBe(false);
    for (const wrong of [
      '',
      'nonsense',
      '872a1072bffffff0',
      '8fffffffffffffff',
      ' 872a1072bffffff',
    ])
      expect(isCoarseCell(wrong)).toBe(false);
  });
});

const degrees = fc.record({
  latitude: fc.double({ min: -80, max: 80, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe('followedCellsReaching', () => {
  it('reaches the point’s own cell at every resolution and radius, and each pair once', () => {
    fc.assert(
      fc.property(degrees, (point) => {
        const pairs = followedCellsReaching(point).map(
          ({ cell, radiusKm }) => `${cell}:${radiusKm}`,
        );
        const own = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((r) =>
          [2, 5, 10].map((km) => `${cellAt(point, r)}:${km}`),
        );
        return own.every((pair) => pairs.includes(pair)) && new Set(pairs).size === pairs.length;
      }),
      { numRuns: 200 },
    );
  });

  it('reaches further with a wider radius', () => {
    const of = (km: number) =>
      followedCellsReaching(kissimmee).filter(({ radiusKm }) => radiusKm === km).length;
    expect(of(2)).toBeLessThan(of(5));
    expect(of(5)).toBeLessThan(of(10));
  });

  it('does not reach a cell two dozen kilometres away', () => {
    const far = cellAt({ latitude: kissimmee.latitude + 0.25, longitude: kissimmee.longitude }, 7);
    expect(followedCellsReaching(kissimmee).some(({ cell }) => cell === far)).toBe(false);
  });
});

describe('cellsWithin', () => {
  it('is the same from both ends: two points within reach share a cell', () => {
    const step = fc.record({
      north: fc.double({ min: -700, max: 700, noNaN: true }),
      east: fc.double({ min: -300, max: 300, noNaN: true }),
    });
    fc.assert(
      fc.property(degrees, step, (point, { north, east }) => {
        const other = {
          latitude: point.latitude + north / 111_195,
          longitude:
            point.longitude + east / (111_195 * Math.cos((point.latitude * Math.PI) / 180)),
        };
        return cellsWithin(point, 6, 800).includes(cellAt(other, 6));
      }),
      { numRuns: 300 },
    );
  });

  it('is a handful of neighbours', () => {
    const cells = cellsWithin(kissimmee, 6, 800);
    expect(cells.length).toBeLessThanOrEqual(3);
    expect(gridDisk(cellAt(kissimmee, 6), 1)).toEqual(expect.arrayContaining(cells));
    expect(cellToParent(cells[0]!, 5)).toBeTruthy();
  });
});
