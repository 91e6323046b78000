import loadHighs, { type LegacyHighs } from 'highs';
import type { ShownTable } from './suppression.js';
import type { Place } from './table-flow.js';

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
    return new Attacker(await loadHighs());
  }

  /**
   * The least and the most a place can be in any table that agrees with all that is shown.
   * @param known more that this attacker knows of a place, such as `0 <= x0_1 <= 10`.
   */
  range(shown: ShownTable, { row, column }: Place, known: string[] = []): Range {
    const solve = (goal: 'Minimize' | 'Maximize') => {
      const problem = `${goal}\n obj: ${name(row, column)}\nSubject To\n${sums(shown)}\nBounds\n${[
        ...bounds(shown),
        ...known,
      ].join('\n')}\nGeneral\n${names(shown).join(' ')}\nEnd\n`;
      const { Status, ObjectiveValue } = this.highs.solve(problem);
      if (Status === 'Optimal') return Math.round(ObjectiveValue);
      if (/unbounded/i.test(Status)) return Infinity;
      throw new Error(`${Status}: ${problem}`);
    };
    return { least: solve('Minimize'), most: solve('Maximize') };
  }
}

const name = (row: number, column: number) => `x${row}_${column}`;

const names = (shown: ShownTable) =>
  shown.flatMap((line, row) => line.map((_, column) => name(row, column)));

/** Of every line across and down: what is inside, less its total, is nothing. */
function sums(shown: ShownTable): string {
  const [rows, columns] = [shown.length, shown[0]!.length];
  const line = (inside: string[]) => `${inside.slice(0, -1).join(' + ')} - ${inside.at(-1)} = 0`;
  const across = shown.map((cells, row) => line(cells.map((_, column) => name(row, column))));
  const down = Array.from({ length: columns }, (_, column) =>
    line(Array.from({ length: rows }, (_, row) => name(row, column))),
  );
  return [...across, ...down].map((text, index) => ` c${index}: ${text}`).join('\n');
}

function bounds(shown: ShownTable): string[] {
  return shown.flatMap((line, row) =>
    line.map((count, column) => {
      const cell = name(row, column);
      if (count === null) return ` 0 <= ${cell} <= 1e7`;
      return ` ${Math.max(count - 2, 11)} <= ${cell} <= ${count + 2}`;
    }),
  );
}
