import fc from 'fast-check';
import { Attacker } from './attack.fixture.js';
import { corrected } from './correction.js';
import { protectedTable, rounded, withTotals, type ShownTable } from './suppression.js';

const SIZE = { rows: 3, columns: 3 };
const grid = (cell: fc.Arbitrary<number>) =>
  fc.array(fc.array(cell, { minLength: SIZE.columns, maxLength: SIZE.columns }), {
    minLength: SIZE.rows,
    maxLength: SIZE.rows,
  });
const counts = grid(fc.oneof(fc.nat(12), fc.nat(60)));
const edits = grid(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -12, max: 20 }) },
  ),
);
const edited = (table: number[][], changes: number[][]) =>
  table.map((line, row) => line.map((cell, at) => Math.max(0, cell + changes[row]![at]!)));
const withheld = (shown: ShownTable) =>
  shown.flatMap((line, row) =>
    line.flatMap((cell, column) => (cell === null ? [{ row, column }] : [])),
  );

describe('the next version of a published table', () => {
  it('is none while nothing moved by 5', () => {
    const table = [
      [12, 60],
      [33, 20],
    ];
    const shown = protectedTable(table);
    expect(corrected(shown, table)).toBeUndefined();
    const nearly = [
      [14, 60],
      [33, 22],
    ];
    expect(corrected(shown, nearly)).toBeUndefined();
  });

  it('has what moved by 5 or more, and the totals where nothing is withheld', () => {
    expect(
      corrected(
        protectedTable([
          [20, 60],
          [33, 20],
        ]),
        [
          [25, 60],
          [33, 20],
        ],
      ),
    ).toEqual([
      [25, 60, 85],
      [35, 20, 55],
      [55, 80, 135],
    ]);
  });

  it('has no totals where anything is withheld, and withholds what became small', () => {
    const standing = protectedTable([
      [20, 60],
      [33, 20],
    ]);
    expect(
      corrected(standing, [
        [9, 60],
        [33, 20],
      ]),
    ).toEqual([
      [null, 60, null],
      [35, 20, null],
      [null, null, null],
    ]);
  });

  it('shows nothing that was withheld', () => {
    fc.assert(
      fc.property(counts, edits, (table, changes) => {
        const standing = protectedTable(table);
        const next = corrected(standing, edited(table, changes));
        for (const { row, column } of next ? withheld(standing) : [])
          expect(next![row]![column]).toBeNull();
      }),
    );
  });

  it('tells whoever has both no more than the first did', async () => {
    const attacker = await Attacker.ready();
    fc.assert(
      fc.property(counts, edits, (table, changes) => {
        const standing = protectedTable(table);
        const next = corrected(standing, edited(table, changes));
        for (const place of next ? withheld(standing).slice(0, 4) : [])
          expect(attacker.rangeOfBoth(standing, next!, place)).toEqual(
            attacker.range(standing, place),
          );
      }),
      { numRuns: 60 },
    );
  });

  it('would tell more, if a table were simply published again', async () => {
    const attacker = await Attacker.ready();
    const again = (table: number[][]) =>
      withTotals(table).map((line) => line.map((cell) => (cell < 11 ? null : rounded(cell))));
    const [first, second] = [again([[9, 17]]), again([[9, 18]])];
    const place = { row: 0, column: 0 };
    const width = ({ least, most }: { least: number; most: number }) => most - least;
    expect(width(attacker.rangeOfBoth(first, second, place))).toBeLessThan(
      width(attacker.range(first, place)),
    );
  });
});
