import type { CellProblem } from './csv-columns.js';

/** What holds from a day to a day. Days are calendar days, such as `2026-09-30`. */
export interface Dated {
  effectiveFrom: string;
  /** The last day it holds; null: until further notice. */
  effectiveUntil: string | null;
}

/** Of one kind of dated thing: which belong together, and how it is called. */
export interface Series<T extends Dated> {
  /** `policy` */
  what: string;
  /** The column of the first day. */
  fromColumn: string;
  /** The column of the last day. */
  untilColumn: string;
  /** Those with the same answer never hold on the same day. */
  seriesOf(this: void, text: T): string;
  /** Whether two versions say the same. */
  isSame(this: void, one: T, other: T): boolean;
}

/** One usable row of a file. */
export interface DatedLine<T extends Dated> {
  line: number;
  text: T;
}

export interface LineProblem extends CellProblem {
  line: number;
}

/** As it stands; each correction is the next version. */
export type Standing<T extends Dated> = T & { id: string; version: number };

/** What a file changes. */
export interface DatedPlan<T extends Dated> {
  added: T[];
  /** What stands, and what takes its place. */
  amended: { before: Standing<T>; text: T }[];
  unchanged: number;
}

/** One as it would stand: from the file, or kept as it is. */
type Placed<T extends Dated> = T & { line?: number; id?: string };

/**
 * What is to be written so that the rows of a file stand, beside those that stand already. Its series
 * and first day say which one a row is; what else differs is a correction of it.
 * @param standing all that stand of the series concerned.
 */
export function planOf<T extends Dated>(
  lines: readonly DatedLine<T>[],
  standing: readonly Standing<T>[],
  series: Series<T>,
): { plan: DatedPlan<T> } | { problems: LineProblem[] } {
  const keyOf = (text: T) => `${series.seriesOf(text)} ${text.effectiveFrom}`;
  const known = new Map(standing.map((one) => [keyOf(one), one]));
  const told = new Map<string, DatedLine<T>>();
  const problems: LineProblem[] = [];
  const plan: DatedPlan<T> = { added: [], amended: [], unchanged: 0 };
  for (const row of lines) {
    const key = keyOf(row.text);
    const earlier = told.get(key);
    if (earlier) {
      const message = `the same ${series.what} is on line ${earlier.line}: keep one of the two`;
      problems.push({ line: row.line, column: series.fromColumn, message });
      continue;
    }
    told.set(key, row);
    const before = known.get(key);
    if (!before) plan.added.push(row.text);
    else if (series.isSame(before, row.text)) plan.unchanged += 1;
    else plan.amended.push({ before, text: row.text });
  }
  const kept = standing.filter((one) => !told.has(keyOf(one)));
  problems.push(...overlaps([...told.values()], kept, series));
  return problems.length > 0 ? { problems } : { plan };
}

/** Rows that would hold on the same day as another row, or as what stands and is not in the file. */
function overlaps<T extends Dated>(
  lines: readonly DatedLine<T>[],
  kept: readonly Standing<T>[],
  series: Series<T>,
): LineProblem[] {
  const all: Placed<T>[] = [...lines.map(({ line, text }) => ({ ...text, line })), ...kept];
  const problems: LineProblem[] = [];
  for (const one of Map.groupBy(all, series.seriesOf).values()) {
    one.sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
    let longest: Placed<T> | undefined;
    for (const next of one) {
      const both = longest && lastDay(longest) >= next.effectiveFrom ? [next, longest] : [];
      const [told, other] = both[0]?.line === undefined ? [both[1], both[0]] : both;
      if (told?.line !== undefined && other)
        problems.push(overlapping(told, told.line, other, series));
      if (!longest || lastDay(next) > lastDay(longest)) longest = next;
    }
  }
  return problems;
}

/** What comes after every day, where it has none. */
const lastDay = ({ effectiveUntil }: Dated) => effectiveUntil ?? '9999-12-31';

function overlapping<T extends Dated>(
  told: T,
  line: number,
  other: Placed<T>,
  { what, fromColumn, untilColumn }: Series<T>,
): LineProblem {
  const which =
    other.line === undefined
      ? `${what} ${other.id}, which stands`
      : `the one on line ${other.line}`;
  return {
    line,
    column: fromColumn,
    message: `${spanWords(told)} overlaps ${which} ${spanWords(other)}: give the earlier one its last day in ${untilColumn}, or correct the days`,
  };
}

/** `from 2024-01-01 on`, `2024-01-01 to 2024-12-31`. */
export const spanWords = ({ effectiveFrom, effectiveUntil }: Dated): string =>
  effectiveUntil === null ? `from ${effectiveFrom} on` : `${effectiveFrom} to ${effectiveUntil}`;
