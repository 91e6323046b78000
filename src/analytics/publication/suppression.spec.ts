import fc from 'fast-check';
import { Attacker } from './attack.fixture.js';
import { protectedTable, rounded, withTotals, type ShownTable } from './suppression.js';
import type { Place } from './table-flow.js';

/** Mostly small counts, as in life, and some large ones. */
const count = fc.oneof(
  { weight: 4, arbitrary: fc.nat(12) },
  { weight: 2, arbitrary: fc.nat(40) },
  { weight: 1, arbitrary: fc.nat(3_000) },
);
const tables = (rows: number, columns: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: rows }), fc.integer({ min: 1, max: columns }))
    .chain(([height, width]) =>
      fc.array(fc.array(count, { minLength: width, maxLength: width }), {
        minLength: height,
        maxLength: height,
      }),
    );

const RUNS = Number(process.env.RANDOM_TABLES ?? 60);
const withheld = (shown: ShownTable): Place[] =>
  shown.flatMap((line, row) =>
    line.flatMap((cell, column) => (cell === null ? [{ row, column }] : [])),
  );
/** Whether it is withheld, of every stated count in order. */
const withheldOf = (shown: ShownTable): boolean[] =>
  shown.flatMap((line, row) =>
    line.flatMap((cell, column) => (isStated(shown, { row, column }) ? [cell === null] : [])),
  );
const isStated = (shown: ShownTable, { row, column }: Place) =>
  !(shown.length === 2 && row === 1) && !(shown[0]!.length === 2 && column === 1);

/** What somebody could know who was told of every count whether it is small. */
const whichAreSmall = (table: number[][], shown: ShownTable): string[] =>
  withTotals(table).flatMap((line, row) =>
    line.flatMap((cell, column) => {
      if (!isStated(shown, { row, column })) return [];
      return [` ${cell < 11 ? 0 : 11} <= x${row}_${column} <= ${cell < 11 ? 10 : 1e6}`];
    }),
  );

describe('a table for publication', () => {
  let attacker: Attacker;
  beforeAll(async () => {
    attacker = await Attacker.ready();
  });

  /** Withheld counts whose range is narrower than was promised. */
  const recovered = (table: number[][], shown: ShownTable, known: string[] = []) =>
    withheld(shown)
      .filter((place) => isStated(shown, place))
      .map((place) => {
        const truth = withTotals(table)[place.row]![place.column]!;
        return { ...place, truth, ...attacker.range(shown, place, known) };
      })
      .filter(({ truth, least, most }) =>
        truth < 11 ? least > 0 || most < 10 : most - least < 10,
      );
  const smallOnly = (table: number[][]): ShownTable =>
    withTotals(table).map((line) => line.map((cell) => (cell < 11 ? null : rounded(cell))));

  it('gives no withheld count away: a small one may be 0 to 10, another of 11 numbers at least', () => {
    fc.assert(
      fc.property(tables(5, 6), (table) => {
        expect(recovered(table, protectedTable(table))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('adds nothing for somebody who knows which of them are small', () => {
    fc.assert(
      fc.property(tables(4, 5), (table) => {
        const shown = protectedTable(table);
        const known = whichAreSmall(table, shown);
        const blank = shown.map((line) => line.map(() => null));
        const small = known.filter((_, index) => withheldOf(shown)[index]);
        for (const { row, column, least, most } of recovered(table, shown, small))
          expect({ least, most }).toEqual(attacker.range(blank, { row, column }, known));
      }),
      { numRuns: RUNS },
    );
  });

  it('shows only counts of 11 and more, each rounded to 5 by itself', () => {
    fc.assert(
      fc.property(tables(8, 14), (table) => {
        const all = withTotals(table);
        for (const [row, line] of protectedTable(table).entries())
          for (const [column, cell] of line.entries()) {
            if (cell === null) continue;
            expect(all[row]![column]).toBeGreaterThanOrEqual(11);
            expect(cell % 5).toBe(0);
            expect(Math.abs(cell - all[row]![column]!)).toBeLessThanOrEqual(2);
          }
      }),
    );
  });

  it('withholds nothing where nothing is small', () => {
    const table = [
      [11, 12, 13],
      [40, 52, 1_204],
    ];
    expect(protectedTable(table)).toEqual([
      [10, 10, 15, 35],
      [40, 50, 1_205, 1_295],
      [50, 65, 1_215, 1_330],
    ]);
  });

  describe('with one small count', () => {
    const table = [
      [3, 60],
      [50, 20],
    ];

    it('would give it away, if only that were withheld', () => {
      const [found] = recovered(table, smallOnly(table));
      expect(found).toEqual({ row: 0, column: 0, truth: 3, least: 1, most: 9 });
    });

    it('withholds another with it, and keeps the totals', () => {
      expect(protectedTable(table)).toEqual([
        [null, null, 65],
        [null, null, 70],
        [55, 80, 135],
      ]);
    });
  });

  it('in one column states its total, unless the small could be told from it', () => {
    expect(protectedTable([[3], [4], [200]])).toEqual([
      [null, null],
      [null, null],
      [null, null],
      [205, null],
    ]);
    expect(protectedTable([[7], [9], [5], [200]]).at(-1)).toEqual([220, null]);
    expect(protectedTable([[7]])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(protectedTable([[70]])).toEqual([
      [70, null],
      [null, null],
    ]);
  });

  it('where rounding alone would not hide it: of two, with their total', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.integer({ min: 11, max: 999 }), (small, other) => {
        const table = [[small], [other]];
        const [found] = recovered(table, smallOnly(table));
        expect(found!.most - found!.least).toBeLessThan(10);
        expect(recovered(table, protectedTable(table))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});
