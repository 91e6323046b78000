import highs, { type LegacyHighs } from 'highs';
import type { ShownTable } from './suppression.js';
import type { Place } from './table-flow.js';

/** Its types are those of its CommonJS form, in which the loader stands one name deeper. */
const load = highs as unknown as typeof highs.default;

/** What an attacker makes out of a withheld count. */
export interface Range {
  least: number;
  most: number;
}

/**
 * Somebody who has what is published, and a solver. Whoever reads docs/analysts.md knows that shown
 * counts were rounded to 5 and are 11 at least, that withheld ones are not negative, and that totals
 * are the sums of what is in the table. Nothing of the code under test is used here.
 */
export class Attacker {
  private constructor(private readonly highs: LegacyHighs) {}

  static async ready(): Promise<Attacker> {
    return new Attacker(await load());
  }

  /**
   * The least and the most a place can be in any table that agrees with all that is shown.
   * @param known more that this attacker knows of a place, such as `0 <= x0_1 <= 10`.
   */
  range(shown: ShownTable, place: Place, known: string[] = []): Range {
    return this.solve(
      {
        sums: sums(shown, 'x'),
        bounds: [...bounds(shown, 'x'), ...known],
        names: names(shown, 'x'),
      },
      place,
    );
  }

  /** The same for somebody who holds two versions, and takes it that what is withheld did not change. */
  rangeOfBoth(one: ShownTable, other: ShownTable, place: Place): Range {
    const same = one.flatMap((line, row) =>
      line.flatMap((cell, column) => {
        if (cell !== null || row === one.length - 1 || column === line.length - 1) return [];
        return [` s${row}_${column}: ${name('x', row, column)} - ${name('y', row, column)} = 0`];
      }),
    );
    const both = {
      sums: [...sums(one, 'x'), ...sums(other, 'y'), ...same],
      bounds: [...bounds(one, 'x'), ...bounds(other, 'y')],
      names: [...names(one, 'x'), ...names(other, 'y')],
    };
    return this.solve(both, place);
  }

  private solve({ sums, bounds, names }: Record<'sums' | 'bounds' | 'names', string[]>, at: Place) {
    const [least, most] = (['Minimize', 'Maximize'] as const).map((goal) => {
      const problem = [
        ...[goal, ` obj: ${name('x', at.row, at.column)}`, 'Subject To', ...sums],
        ...['Bounds', ...bounds, 'General', names.join(' '), 'End', ''],
      ].join('\n');
      const { Status, ObjectiveValue } = this.highs.solve(problem);
      if (Status !== 'Optimal') throw new Error(`${Status}: ${problem}`);
      return Math.round(ObjectiveValue);
    });
    return { least: least!, most: most! };
  }
}

const name = (table: string, row: number, column: number) => `${table}${row}_${column}`;

const names = (shown: ShownTable, table: string) =>
  shown.flatMap((line, row) => line.map((_, column) => name(table, row, column)));

/** Of every line across and down: what is inside, less its total, is nothing. */
function sums(shown: ShownTable, table: string): string[] {
  const [rows, columns] = [shown.length, shown[0]!.length];
  const line = (inside: string[]) => `${inside.slice(0, -1).join(' + ')} - ${inside.at(-1)} = 0`;
  const across = shown.map((cells, row) => line(cells.map((_, at) => name(table, row, at))));
  const down = Array.from({ length: columns }, (_, column) =>
    line(Array.from({ length: rows }, (_, row) => name(table, row, column))),
  );
  return [...across, ...down].map((text, index) => ` ${table}c${index}: ${text}`);
}

function bounds(shown: ShownTable, table: string): string[] {
  return shown.flatMap((line, row) =>
    line.map((count, column) => {
      const cell = name(table, row, column);
      if (count === null) return ` 0 <= ${cell} <= 1e6`;
      return ` ${Math.max(count - 2, 11)} <= ${cell} <= ${count + 2}`;
    }),
  );
}
