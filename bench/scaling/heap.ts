/** The least first. */
export class Heap<T> {
  readonly #items: { key: number; value: T }[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The key that comes next; Infinity: none. */
  get least(): number {
    return this.#items[0]?.key ?? Infinity;
  }

  push(key: number, value: T): void {
    const items = this.#items;
    let at = items.length;
    items.push({ key, value });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]!.key <= key) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = { key, value };
  }

  pop(): { key: number; value: T } | undefined {
    const [first] = this.#items;
    const last = this.#items.pop();
    if (this.#items.length > 0) this.#sink(last!);
    return first;
  }

  #sink(item: { key: number; value: T }): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]!.key < items[child]!.key) child += 1;
      if (items[child]!.key >= item.key) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}
