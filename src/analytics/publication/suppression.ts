import { TableFlow, type Bounds, type Place } from './table-flow.js';

/** Counts below this are withheld, zero among them: that there was nothing is a small count, too. */
export const LEAST_SHOWN = 11;
/** Counts are shown to the nearest of its multiples. */
export const ROUNDED_TO = 5;
/** A withheld count may be any of at least so many more numbers than one, from all that is shown. */
export const LEAST_WIDTH = LEAST_SHOWN - 1;
const ROUNDING = (ROUNDED_TO - 1) / 2;

export const rounded = (count: number): number => Math.round(count / ROUNDED_TO) * ROUNDED_TO;

/** A table as it is shown, with its totals in the last row and column. Null: withheld, or no total. */
export type ShownTable = (number | null)[][];

/** How a place of the table fares; `SMALL` and `COVER` look alike to whoever reads it. */
export type Status =
  | 'SHOWN'
  /** Withheld, because it is below {@link LEAST_SHOWN}. */
  | 'SMALL'
  /** Withheld, because a small one could be worked out from it. */
  | 'COVER'
  /** A total of one count only, which is not stated. */
  | 'ABSENT';

/** Whether a reader may know which withheld counts are small: by the rules alone nobody does. */
const READERS = ['KNOWS_THE_SMALL', 'KNOWS_WHAT_IS_SHOWN'] as const;
type Reader = (typeof READERS)[number];

/**
 * Withholds the small counts of a one- or two-way table, and as many others as it takes that none
 * can be worked out (complementary suppression). For every withheld count there is, among the tables
 * that agree with all that is shown (sums, rounding, no negative numbers),
 *
 * - one for each of 0 to 10 at its place, where it is small, and
 * - a range at least {@link LEAST_WIDTH} wide, where it covers another.
 *
 * This holds even for a reader who knows which are small, as long as anything that bears on it is
 * shown. Withholding more never makes a range narrower, so each is looked at once.
 *
 * @param counts rows by columns, without totals: whole and not negative, at least one of each.
 */
export function protectedTable(counts: readonly (readonly number[])[]): ShownTable {
  const steps = protecting(counts);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in steps of some milliseconds at most, between which whoever asks may do something else. */
export function* protecting(
  counts: readonly (readonly number[])[],
): Generator<undefined, ShownTable, undefined> {
  const table = withTotals(counts);
  const cover = new Cover(table, firstStatuses(table));
  const waiting = cover.all('SMALL');
  for (const place of waiting) {
    waiting.push(...cover.of(place));
    yield;
  }
  const { statuses } = cover;
  return table.map((row, r) =>
    row.map((count, c) => (statuses[r]![c] === 'SHOWN' ? rounded(count) : null)),
  );
}

/** A table with one more row and column for totals. */
export function withTotals(counts: readonly (readonly number[])[]): number[][] {
  const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
  const rows = counts.map((row) => [...row, sum(row)]);
  return [...rows, rows[0]!.map((_, column) => sum(rows.map((row) => row[column]!)))];
}

/** What a reader knows of a count from how it is shown. */
export function knownBounds(shown: number | null): Bounds {
  if (shown === null) return { low: 0, high: Infinity };
  return { low: Math.max(shown - ROUNDING, LEAST_SHOWN), high: shown + ROUNDING };
}

/** Withholds more and more of a table, until what is small in it is covered. */
class Cover {
  private readonly flows: Record<Reader, TableFlow>;

  constructor(
    private readonly table: number[][],
    readonly statuses: Status[][],
  ) {
    const flowFor = (reader: Reader) => new TableFlow(table, (at) => this.known(at, reader));
    this.flows = Object.fromEntries(READERS.map((reader) => [reader, flowFor(reader)])) as Record<
      Reader,
      TableFlow
    >;
  }

  all(status: Status): Place[] {
    return this.statuses.flatMap((line, row) =>
      line.flatMap((one, column) => (one === status ? [{ row, column }] : [])),
    );
  }

  /** Withholds what covers this place; answers what. */
  of(place: Place): Place[] {
    const added: Place[] = [];
    for (const reader of READERS)
      for (;;) {
        const next = this.smallestShown(this.narrowing(this.flows[reader], place));
        if (!next) break;
        this.withhold(next);
        added.push(next);
      }
    return added;
  }

  private withhold(place: Place): void {
    this.statuses[place.row]![place.column] = 'COVER';
    for (const reader of READERS) this.flows[reader].bound(place, this.known(place, reader));
  }

  /** Which places keep the range of this one too narrow; none: it is wide enough. */
  private narrowing(flow: TableFlow, place: Place): Place[] {
    const count = this.countAt(place);
    if (this.statusAt(place) === 'SMALL')
      return [
        ...flow.room(place, 'UP', LEAST_WIDTH - count).cut,
        ...flow.room(place, 'DOWN', count).cut,
      ];
    const up = flow.room(place, 'UP', LEAST_WIDTH);
    const down = flow.room(place, 'DOWN', LEAST_WIDTH - up.amount);
    return up.amount + down.amount < LEAST_WIDTH ? [...up.cut, ...down.cut] : [];
  }

  private smallestShown(places: Place[]): Place | undefined {
    return places
      .filter((place) => this.statusAt(place) === 'SHOWN')
      .sort((one, other) => this.countAt(one) - this.countAt(other))[0];
  }

  private known(place: Place, reader: Reader): Bounds {
    return boundsOf(this.countAt(place), this.statusAt(place), reader);
  }

  private countAt = ({ row, column }: Place): number => this.table[row]![column]!;
  private statusAt = ({ row, column }: Place): Status => this.statuses[row]![column]!;
}

function boundsOf(count: number, status: Status, reader: Reader): Bounds {
  if (status === 'SHOWN') return knownBounds(rounded(count));
  if (status === 'ABSENT' || reader === 'KNOWS_WHAT_IS_SHOWN') return knownBounds(null);
  return status === 'SMALL' ? { low: 0, high: LEAST_WIDTH } : { low: LEAST_SHOWN, high: Infinity };
}

function firstStatuses(table: number[][]): Status[][] {
  const [lastRow, lastColumn] = [table.length - 1, table[0]!.length - 1];
  const isAbsent = (row: number, column: number) =>
    (lastColumn === 1 && column === lastColumn) || (lastRow === 1 && row === lastRow);
  return table.map((line, row) =>
    line.map((count, column) => {
      if (isAbsent(row, column)) return 'ABSENT';
      return count < LEAST_SHOWN ? 'SMALL' : 'SHOWN';
    }),
  );
}
