interface Waiting<K, V> {
  key: K;
  resolve: (value: V) => void;
  reject: (reason: unknown) => void;
}

/**
 * Questions asked at one moment, answered by one look-up: of a list of incidents, each asks for its
 * own, and the database hears one question. Nothing is remembered.
 */
export class Batched<K, V> {
  private waiting: Waiting<K, V>[] = [];

  /** @param lookUp answers every key, in order. */
  constructor(private readonly lookUp: (keys: K[]) => Promise<V[]>) {}

  get(key: K): Promise<V> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => void this.answer());
    });
  }

  private async answer(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    try {
      const values = await this.lookUp(asked.map(({ key }) => key));
      for (const [index, { resolve }] of asked.entries()) resolve(values[index]!);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
