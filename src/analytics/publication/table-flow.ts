/** What somebody knows of a count: the least and the most it can be; `Infinity`: no limit. */
export interface Bounds {
  low: number;
  high: number;
}

/** A place in a table with its totals: the last row holds those of the columns, the last column those of the rows. */
export interface Place {
  row: number;
  column: number;
}

export type Direction = 'UP' | 'DOWN';

/** How far a count can be moved, and what stops it from moving farther: the places of a cut. */
export interface Room {
  amount: number;
  cut: Place[];
}

/**
 * A two-way table with its totals, as a flow. Rows and columns are nodes and every count is an arc:
 * an inner count from its row to its column, a total of a row into that row, a total of a column out
 * of it, and the grand total closes the circle. What goes into a node comes out of it: these are the
 * sums of the table. So how far one count can be from its true value, while all others keep within
 * their bounds, is a maximum flow from one end of its arc to the other. It is exact, and whole
 * numbers are reached, because bounds are whole.
 */
export class TableFlow {
  private readonly rows: number;
  private readonly columns: number;
  /** By place, row after row: how far each count can go up and down, as things stand. */
  private readonly up: Float64Array;
  private readonly down: Float64Array;
  private readonly before: Int32Array;
  private readonly queue: Int32Array;

  /**
   * @param counts true counts with their totals, (rows + 1) by (columns + 1).
   * @param bounds what is known of the count at a place; the true one lies within.
   */
  constructor(
    private readonly counts: readonly (readonly number[])[],
    bounds: (place: Place) => Bounds,
  ) {
    this.rows = counts.length;
    this.columns = counts[0]!.length;
    this.up = new Float64Array(this.rows * this.columns);
    this.down = new Float64Array(this.rows * this.columns);
    this.before = new Int32Array(this.rows + this.columns);
    this.queue = new Int32Array(this.rows + this.columns);
    for (let row = 0; row < this.rows; row++)
      for (let column = 0; column < this.columns; column++)
        this.bound({ row, column }, bounds({ row, column }));
  }

  /** From now on this is known of a count. */
  bound(place: Place, { low, high }: Bounds): void {
    const count = this.counts[place.row]![place.column]!;
    this.up[this.indexOf(place)] = high - count;
    this.down[this.indexOf(place)] = count - low;
  }

  /** How far the count can be moved, at most `wanted`. The table itself stays as it is. */
  room(place: Place, direction: Direction, wanted: number): Room {
    const index = this.indexOf(place);
    const own = direction === 'UP' ? this.up[index]! : this.down[index]!;
    const limit = Math.min(wanted, own);
    const ends = [place.row, this.rows + place.column] as const;
    const forward = this.isForward(place) === (direction === 'UP');
    const [to, from] = forward ? ends : ([ends[1], ends[0]] as const);
    const moves: [from: number, to: number, amount: number][] = [];
    let amount = 0;
    let cut: Place[] = [];
    while (amount < limit) {
      if (!this.search(from, to, index)) {
        cut = this.cutOf(place);
        break;
      }
      const step = this.narrowest(from, to, limit - amount);
      for (let node = to; node !== from; node = this.before[node]!) {
        moves.push([this.before[node]!, node, step]);
        this.push(this.before[node]!, node, step);
      }
      amount += step;
    }
    for (const [start, end, step] of moves) this.push(start, end, -step);
    return { amount, cut };
  }

  /** The shortest way from one node to another by arcs that have room, without one; in `before`. */
  private search(from: number, to: number, apart: number): boolean {
    const { rows, columns, before, queue } = this;
    before.fill(-1);
    before[from] = from;
    queue[0] = from;
    for (let head = 0, tail = 1; head < tail; head++) {
      const node = queue[head]!;
      const [first, last] = node < rows ? [rows, rows + columns] : [0, rows];
      for (let next = first; next < last; next++) {
        if (before[next] !== -1) continue;
        if (this.arcIndex(node, next) === apart || this.left(node, next) <= 0) continue;
        before[next] = node;
        if (next === to) return true;
        queue[tail++] = next;
      }
    }
    return false;
  }

  private narrowest(from: number, to: number, most: number): number {
    let amount = most;
    for (let node = to; node !== from; node = this.before[node]!)
      amount = Math.min(amount, this.left(this.before[node]!, node));
    return amount;
  }

  /** How much can flow from one node to its neighbor. */
  private left(from: number, to: number): number {
    const index = this.arcIndex(from, to);
    return this.raises(from, index) ? this.up[index]! : this.down[index]!;
  }

  private push(from: number, to: number, amount: number): void {
    const index = this.arcIndex(from, to);
    const raised = this.raises(from, index) ? amount : -amount;
    this.up[index]! -= raised;
    this.down[index]! += raised;
  }

  /** Whether a flow out of this node along the arc raises the count. */
  private raises(from: number, index: number): boolean {
    const last = this.columns - 1;
    const inRow = index < (this.rows - 1) * this.columns;
    const forward = inRow === index % this.columns < last;
    return from < this.rows === forward;
  }

  private arcIndex(from: number, to: number): number {
    return from < this.rows
      ? from * this.columns + to - this.rows
      : to * this.columns + from - this.rows;
  }

  /** The arcs between what the search reached and the rest: none that leads out has room left. */
  private cutOf(apart: Place): Place[] {
    const cut: Place[] = [];
    for (let row = 0; row < this.rows; row++)
      for (let column = 0; column < this.columns; column++) {
        const crosses = (this.before[row] === -1) !== (this.before[this.rows + column] === -1);
        if (crosses && (row !== apart.row || column !== apart.column)) cut.push({ row, column });
      }
    return cut;
  }

  /** Whether raising it is a flow from its row to its column; for totals of one line it is the reverse. */
  private isForward({ row, column }: Place): boolean {
    return row < this.rows - 1 === column < this.columns - 1;
  }

  private indexOf({ row, column }: Place): number {
    return row * this.columns + column;
  }
}
