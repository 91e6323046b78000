interface Waiter<V> {
  resolve: (value: V | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Lookups by key that come together become one: what is asked while a read is under way waits for
 * the next one, so that no answer is older than its question, and however many ask at once, the
 * database is asked by one statement at a time.
 */
export class Gathered<K, V> {
  private waiting = new Map<K, Waiter<V>[]>();
  private underWay = false;

  /** @param lookUp answers by key; a key that it leaves out has no value */
  constructor(
    private readonly lookUp: (keys: K[]) => Promise<Map<K, V>>,
    private readonly atMost: number,
  ) {}

  get(key: K): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      const waiters = this.waiting.get(key) ?? [];
      waiters.push({ resolve, reject });
      this.waiting.set(key, waiters);
      if (!this.underWay) void this.work();
    });
  }

  private async work(): Promise<void> {
    this.underWay = true;
    while (this.waiting.size > 0) {
      const taken = this.take();
      try {
        const values = await this.lookUp([...taken.keys()]);
        for (const [key, waiters] of taken)
          for (const { resolve } of waiters) resolve(values.get(key));
      } catch (error) {
        for (const waiters of taken.values()) for (const { reject } of waiters) reject(error);
      }
    }
    this.underWay = false;
  }

  private take(): Map<K, Waiter<V>[]> {
    const taken = new Map<K, Waiter<V>[]>();
    for (const [key, waiters] of this.waiting) {
      if (taken.size === this.atMost) break;
      taken.set(key, waiters);
      this.waiting.delete(key);
    }
    return taken;
  }
}
