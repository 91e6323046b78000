/**
 * Ids that were met, and where. A register is sorted by id, and then none needs to be hashed; ids
 * are digits, all as many, and take less as numbers.
 */
export class SeenIds {
  /** Ascending. */
  private readonly sorted: number[] = [];
  private readonly sortedAt: number[] = [];
  private readonly others = new Map<number, number>();
  private last = -1;

  get size(): number {
    return this.sorted.length + this.others.size;
  }

  /** @returns where the id was met before; undefined: it is new, and is noted. */
  meet(id: number, at: number): number | undefined {
    if (id > this.last) {
      this.sorted.push(id);
      this.sortedAt.push(at);
      this.last = id;
      return undefined;
    }
    const before = this.amongSorted(id) ?? this.others.get(id);
    if (before === undefined) this.others.set(id, at);
    return before;
  }

  private amongSorted(id: number): number | undefined {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return this.sorted[low] === id ? this.sortedAt[low] : undefined;
  }
}
