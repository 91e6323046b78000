import { LEAST_SHOWN, ROUNDED_TO, rounded, withTotals, type ShownTable } from './suppression.js';

/**
 * The next version of a table that was published, from counts as they are now; undefined where it
 * would say the same. Whoever holds both versions must learn nothing of what is withheld:
 *
 * - A figure changes only where the count is {@link ROUNDED_TO} or more away from it, so that the
 *   change tells nothing of where within its rounding the count was before.
 * - What was withheld stays withheld, and what became small is withheld from now on.
 * - Where anything is withheld there are no totals any more: without a sum nothing can be subtracted,
 *   and the new version says of each withheld count what the old one said, no more.
 *
 * @param standing the latest version, with its totals.
 * @param counts rows by columns of the same table, without totals.
 */
export function corrected(
  standing: ShownTable,
  counts: readonly (readonly number[])[],
): ShownTable | undefined {
  const table = withTotals(counts);
  const [lastRow, lastColumn] = [counts.length, counts[0]!.length];
  const isTotal = (row: number, column: number) => row === lastRow || column === lastColumn;
  const next = standing.map((line, row) =>
    line.map((shown, column) => {
      const count = table[row]![column]!;
      if (shown === null || count < LEAST_SHOWN) return null;
      return Math.abs(count - shown) >= ROUNDED_TO ? rounded(count) : shown;
    }),
  );
  const hides = next.some((line, row) =>
    line.some((shown, column) => shown === null && !isTotal(row, column)),
  );
  const result = hides
    ? next.map((line, row) => line.map((shown, column) => (isTotal(row, column) ? null : shown)))
    : next;
  const differs = result.some((line, row) =>
    line.some(
      (shown, column) => shown !== standing[row]![column] && !(hides && isTotal(row, column)),
    ),
  );
  return differs ? result : undefined;
}
